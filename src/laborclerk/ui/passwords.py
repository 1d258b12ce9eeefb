"""Is a new password good enough, said in plain words while it is typed.

The store asks for a length only; what anybody would try first is refused here, at the keyboard.
The rest is advice: a long password is worth more than a strange one.
"""

from __future__ import annotations

from laborclerk.store.keyring import PASSWORD_LENGTH

_ORDERS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
_FIRST_TRIED = frozenset(
    ("password", "admin123", "woaini", "iloveyou", "qwe123", "abc123", "a123456", "123456a")
)
GOOD_LENGTH = 8
RULE = f"至少 {PASSWORD_LENGTH} 位,数字和字母都有更好"


def refusal(password: str, clerk: str = "") -> str:
    """Why a password is refused, in one sentence that says what to do; '' when it is not."""
    lowered = password.casefold()
    if len(password) < PASSWORD_LENGTH:
        return f"密码至少 {PASSWORD_LENGTH} 位,现在是 {len(password)} 位"
    if len(set(password)) <= 2:
        return "同样的几个字符太容易猜。请换一个"
    if _runs(lowered):
        return "连续的数字或字母太容易猜。请换一个"
    if lowered in _FIRST_TRIED or (clerk and lowered.strip("0123456789") == clerk.casefold()):
        return "这个密码别人会先试。请换一个"
    return ""


def difference(password: str, again: str) -> str:
    """Why the second typing is refused; '' when both are the same."""
    return "" if password == again else "两次输入的密码不一样。请再输一遍"


def strength(password: str) -> tuple[int, str]:
    """How good an accepted password is, 1 to 3, with what would make it better."""
    kinds = sum(
        any(test(c) for c in password)
        for test in (str.isdigit, str.islower, str.isupper, lambda c: not c.isalnum())
    )
    if len(password) >= 12 or (len(password) >= 10 and kinds >= 2):
        return 3, "好"
    if len(password) >= GOOD_LENGTH and kinds >= 2:
        return 2, "可以。再长几位更好"
    return 1, f"偏弱。建议 {GOOD_LENGTH} 位以上,数字和字母都有"


def _runs(text: str) -> bool:
    """Whether the whole is a run of neighbouring keys, forwards, backwards or over again."""
    for order in _ORDERS:
        endless = order * 2
        if text in endless or text in endless[::-1]:
            return True
    half = len(text) // 2
    return len(text) % 2 == 0 and text[:half] == text[half:] and (half < 4 or _runs(text[:half]))
