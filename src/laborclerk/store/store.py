"""A station's store: one folder with the encrypted file, the keyring and the backups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import Message, fault, reject
from laborclerk.kernel.ids import IdSource
from laborclerk.store.base import Base
from laborclerk.store.engine import StoreFault, open_engine
from laborclerk.store.files import DATABASE as DATABASE
from laborclerk.store.files import KEYS as KEYS
from laborclerk.store.files import settle
from laborclerk.store.journal import Act, Device
from laborclerk.store.keyring import Keyring
from laborclerk.store.migrations import SCHEMA_VERSION, migrate
from laborclerk.store.work import Maintainer, UnitOfWork, guard


class StoreProblem(Message):
    """Opening and making stores."""

    NO_STORE = "“{folder}”里还没有本站数据。请先建站(laborclerk init),或在窗口里按向导建站"
    STORE_EXISTS = "“{folder}”里已有本站数据,没有覆盖。请换一个文件夹"
    STORE_NEWER = "数据由更新的版本({version})写成,本程序打不开。请先升级程序"


class Setting(Base):
    """The station's own settings: not records, they do not travel."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(sa.String, primary_key=True)
    value: Mapped[str] = mapped_column(sa.String)


class Store:
    """An open store. `write` runs one use case in one transaction, `read` a consistent look."""

    def __init__(
        self,
        folder: Path,
        engine: sa.Engine,
        key: bytes,
        clerk: str,
        maintainers: Sequence[Maintainer] = (),
        clock: Clock | None = None,
    ) -> None:
        self.folder = folder
        self.engine = engine
        self.key = key
        self.clerk = clerk
        self.clock = clock or Clock()
        self._maintainers = maintainers
        guard(engine)
        with self.read() as session:
            own = sa.select(sa.func.max(Act.at)).where(Act.device == 0)
            self.clock.observe(session.scalar(own) or 0)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the store; nothing is written."""
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            yield session

    def write(self, use_case: str, *, undoes: int | None = None) -> UnitOfWork:
        """A unit of work in the name of the clerk who is logged in; `use_case` is a stable
        English name such as `census.save`."""
        session = Session(self.engine, autoflush=False, expire_on_commit=False)
        return UnitOfWork(
            session, self.clock, self.clerk, use_case, self._maintainers, undoes=undoes
        )

    @contextmanager
    def local(self) -> Iterator[Session]:
        """A write transaction for what is not a record: drafts, settings, derived tables."""
        with Session(self.engine, autoflush=False, expire_on_commit=False) as session:
            session.connection(execution_options={"write": True})
            yield session
            session.commit()

    def setting(self, key: str, default: str = "") -> str:
        with self.read() as session:
            return session.scalar(sa.select(Setting.value).where(Setting.key == key)) or default

    def set_setting(self, key: str, value: str) -> None:
        with self.local() as session:
            session.merge(Setting(key=key, value=value))

    def close(self) -> None:
        self.engine.dispose()


def create_store(
    folder: Path,
    clerk: str,
    password: str,
    maintainers: Sequence[Maintainer] = (),
    *,
    clock: Clock | None = None,
    scrypt_n: int | None = None,
) -> tuple[Store, str]:
    """Make a station's store in an empty or absent folder → (open store, recovery code).

    Raises Rejected when the folder holds a store. All models must be imported before.
    """
    if settle(folder) or any((folder / name).exists() for name in (DATABASE, KEYS)):
        raise reject(StoreProblem.STORE_EXISTS, folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    options = {} if scrypt_n is None else {"n": scrypt_n}
    _, key, code = Keyring.create(folder / KEYS, clerk, password, **options)
    engine = open_engine(folder / DATABASE, key)
    with _released(engine):
        with engine.connect().execution_options(write=True) as conn, conn.begin():
            Base.metadata.create_all(conn)
            conn.execute(sa.insert(Setting).values(key="schema_version", value=str(SCHEMA_VERSION)))
            device = IdSource()()
            conn.execute(sa.insert(Device).values(index=0, device=device, name="", last_seq=0))
        return Store(folder, engine, key, clerk, maintainers, clock), code


@contextmanager
def _released(engine: sa.Engine) -> Iterator[None]:
    """Lets go of the file when it could not be opened: Windows moves and removes no open file."""
    try:
        yield
    except BaseException:
        engine.dispose()
        raise


def open_store(
    folder: Path,
    unlock: Callable[[Keyring], tuple[str, bytes]],
    maintainers: Sequence[Maintainer] = (),
    *,
    clock: Clock | None = None,
) -> Store:
    """Open the store in `folder`; `unlock` turns its keyring into (clerk, key), and raises
    Rejected for a wrong password before the file is touched. Older stores are migrated."""
    if not settle(folder):
        raise reject(StoreProblem.NO_STORE, folder=folder)
    clerk, key = unlock(Keyring.load(folder / KEYS))
    engine = open_engine(folder / DATABASE, key)
    with _released(engine):
        version = _version(engine)
        if version > SCHEMA_VERSION:
            raise reject(StoreProblem.STORE_NEWER, version=version)
        if version < SCHEMA_VERSION:
            migrate(engine, version)
        return Store(folder, engine, key, clerk, maintainers, clock)


def _version(engine: sa.Engine) -> int:
    with engine.connect() as conn:
        if not sa.inspect(conn).has_table(Setting.__tablename__):  # cut off at nought bytes
            raise fault(StoreFault.STORE_UNREADABLE, file=DATABASE)
        found = conn.scalar(sa.select(Setting.value).where(Setting.key == "schema_version"))
    return int(found or 0)


def by_password(clerk: str, password: str) -> Callable[[Keyring], tuple[str, bytes]]:
    """Unlock as `clerk`; an empty name takes the only clerk there is."""

    def unlock(ring: Keyring) -> tuple[str, bytes]:
        name = clerk
        if not name:
            active = [n for n, disabled in ring.clerks() if not disabled]
            name = active[0]
        return name, ring.unlock(name, password)

    return unlock
