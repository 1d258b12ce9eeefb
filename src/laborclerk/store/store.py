"""A station's store: one folder with the encrypted file, the keyring and the backups; a county's
may have its records on a PostgreSQL server, and only the keyring and the secrets in the folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from laborclerk.kernel.clock import Clock
from laborclerk.kernel.errors import EnvironmentFault, Message, fault, reject
from laborclerk.kernel.ids import IdSource, new_id
from laborclerk.store.base import Base
from laborclerk.store.engine import StoreFault, open_engine
from laborclerk.store.files import DATABASE as DATABASE
from laborclerk.store.files import KEYS as KEYS
from laborclerk.store.files import SERVER, settle
from laborclerk.store.guard import guard
from laborclerk.store.journal import Act, Device
from laborclerk.store.keyring import Keyring
from laborclerk.store.migrations import SCHEMA_VERSION, migrate
from laborclerk.store.secrets import read_secrets, write_secrets
from laborclerk.store.work import Maintainer, UnitOfWork


class StoreProblem(Message):
    """Opening and making stores."""

    NO_STORE = "“{folder}”里还没有本站数据。请先建站(laborclerk init),或在窗口里按向导建站"
    STORE_EXISTS = "“{folder}”里已有本站数据,没有覆盖。请换一个文件夹"
    STORE_NEWER = "数据由更新的版本({version})写成,本程序打不开。请先升级程序"
    SERVER_STORE_EXISTS = (
        "数据库“{database}”里已有一个站的数据,没有覆盖。请把那个站的钥匙文件夹复制到“{folder}”"
        "后再打开,或换一个空的数据库"
    )
    SERVER_STORE_GONE = "数据库“{database}”里没有本站的数据。请核对地址,或请管理员由备份恢复"
    NO_SERVER_KEYS = (
        "本机还没有这个县站的钥匙。请把已在用它的电脑上的钥匙文件夹复制到“{folder}”;"
        "数据库还是空的,请先建站(laborclerk init)"
    )


NAME = "station.name"  # setting: the last thing a station gets when it is made


class Setting(Base):
    """The station's own settings: not records, they do not travel."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(sa.String, primary_key=True)
    value: Mapped[str] = mapped_column(sa.String)


_SETTING = sa.select(Setting.value).where(Setting.key == sa.bindparam("wanted"))  # asked often


def setting_in(session: Session, key: str) -> str | None:
    """A setting as a session sees it."""
    found: str | None = session.connection().scalar(_SETTING, {"wanted": key})
    return found


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
        self.window = f"{new_id():x}"  # tells it from another that has the same store open
        self.on_server = engine.dialect.name == "postgresql"
        self.clock = clock or Clock()
        self.on_close: Callable[[Store], None] = lambda store: None
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
        with self.engine.connect().execution_options(single=True) as connection:
            return str(connection.scalar(_SETTING, {"wanted": key}) or default)

    def set_setting(self, key: str, value: str) -> None:
        with self.local() as session:
            session.merge(Setting(key=key, value=value))

    def secret(self, key: str) -> str:
        """A setting that must lie encrypted: on a server, in the sealed file beside the keyring."""
        if not self.on_server:
            return self.setting(key)
        return read_secrets(self.folder, self.key).get(key, "")

    def set_secret(self, key: str, value: str, session: Session | None = None) -> None:
        """Keep a secret; two who do so at once both count. With `session` in its transaction,
        whose lock it holds; the sealed file of a server changes at once."""
        if session is None:
            with self.local() as own:
                self.set_secret(key, value, own)
        elif self.on_server:
            known = read_secrets(self.folder, self.key)
            write_secrets(self.folder, self.key, known | {key: value})
        else:
            session.merge(Setting(key=key, value=value))

    def close(self) -> None:
        with suppress(EnvironmentFault):
            self.on_close(self)
        self.engine.dispose()


def create_store(
    folder: Path,
    clerk: str,
    password: str,
    maintainers: Sequence[Maintainer] = (),
    *,
    clock: Clock | None = None,
    scrypt_n: int | None = None,
    server: str = "",
) -> tuple[Store, str]:
    """Make a station's store in an empty or absent folder → (open store, recovery code); `server`
    is the address of an empty PostgreSQL database that gets the records.

    Raises Rejected when folder or database hold a store. All models must be imported before.
    """
    if settle(folder) or any((folder / name).exists() for name in (DATABASE, KEYS, SERVER)):
        raise reject(StoreProblem.STORE_EXISTS, folder=folder)
    folder.mkdir(parents=True, exist_ok=True)
    options = {} if scrypt_n is None else {"n": scrypt_n}
    _, key, code = Keyring.create(folder / KEYS, clerk, password, **options)
    engine = _new_on_server(folder, key, server) if server else open_engine(folder / DATABASE, key)
    with _released(engine):
        with engine.connect().execution_options(write=True) as conn, conn.begin():
            if server:
                _make_room(conn, folder)
            Base.metadata.create_all(conn)
            conn.execute(sa.insert(Setting).values(key="schema_version", value=str(SCHEMA_VERSION)))
            device = IdSource()()
            conn.execute(sa.insert(Device).values(index=0, device=device, own=True))
        return Store(folder, engine, key, clerk, maintainers, clock), code


def _new_on_server(folder: Path, key: bytes, address: str) -> sa.Engine:
    from laborclerk.store.server import open_server, read_url
    from laborclerk.store.server_folder import keep_new

    url = read_url(address)
    keep_new(folder, key, url)
    return open_server(url)


def _make_room(conn: sa.Connection, folder: Path) -> None:
    """Rejected when somebody's station is in the database; what a try at making one left, cut
    short before the station had its name, is removed."""
    from laborclerk.store.server import check_sorting

    check_sorting(conn)
    if sa.inspect(conn).has_table(Setting.__tablename__):
        named = sa.select(Setting.value).where(Setting.key == NAME)
        if conn.scalar(named):
            database = conn.engine.url.database
            raise reject(StoreProblem.SERVER_STORE_EXISTS, database=database, folder=folder)
        Base.metadata.drop_all(conn)


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
    server: str = "",
) -> Store:
    """Open the store in `folder`; `unlock` turns its keyring into (clerk, key), and raises
    Rejected for a wrong password before the file is touched. Older stores are migrated. `server`
    is the address of the folder's store, where it was told anew."""
    if not settle(folder):
        missing = StoreProblem.NO_SERVER_KEYS if server else StoreProblem.NO_STORE
        raise reject(missing, folder=folder)
    clerk, key = unlock(Keyring.load(folder / KEYS))
    on_server = (folder / SERVER).exists()
    engine = _on_server(folder, key, server) if on_server else open_engine(folder / DATABASE, key)
    with _released(engine):
        version = _version(engine)
        if version > SCHEMA_VERSION:
            raise reject(StoreProblem.STORE_NEWER, version=version)
        if version < SCHEMA_VERSION:
            migrate(engine, version)
        return Store(folder, engine, key, clerk, maintainers, clock)


def _on_server(folder: Path, key: bytes, told: str) -> sa.Engine:
    from laborclerk.store.server import open_server
    from laborclerk.store.server_folder import address, keep

    url = address(folder, key, told)
    engine = open_server(url)
    with _released(engine):
        engine.connect().close()
        if told:
            keep(folder, key, url)
    return engine


def _version(engine: sa.Engine) -> int:
    with engine.connect() as conn:
        if not sa.inspect(conn).has_table(Setting.__tablename__):  # cut off at nought bytes
            if engine.dialect.name == "postgresql":
                raise reject(StoreProblem.SERVER_STORE_GONE, database=engine.url.database)
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
