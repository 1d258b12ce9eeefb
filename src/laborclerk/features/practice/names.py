"""Names as a north-eastern Yunnan township has them: surnames by frequency, given names by sex and
decade, a shared generation character among brothers and sisters."""

from __future__ import annotations

from random import Random

# the frequent ones first; the last line is there for its readings (单 曾 仇 查 解) and its length
_SURNAMES = (
    ("王李张陈杨", 60),
    ("刘周赵黄吴罗朱申艾成", 26),
    ("常吉郎陇安余邓彭熊唐徐高林何郭马", 12),
    ("胡谢韩冯董萧程曹袁许傅沈吕苏卢蒋蔡贾丁魏薛叶阎潘杜戴夏钟汪田任姜范方石姚谭廖邹金陆郝孔白崔"
     "康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易武乔贺赖龚文", 3),
    ("单曾仇查解区翟覃", 1),
)  # fmt: skip
_COMPOUND = ("欧阳", "上官", "司马", "诸葛", "尉迟")

# (sex, first year of birth) → characters of given names
_GIVEN: dict[tuple[str, int], str] = {
    ("1", 0): "国建德正光明文兴发贵富朝廷荣华忠章学开应显世才清云成友万顺福禄昌全林仁义礼志永祥",
    ("1", 1968): "军勇强伟刚平波涛斌辉林海云龙飞超华东明亮春江松柏泽洪贵祥顺荣武文兵鹏涌剑雄峰",
    ("1", 1993): "浩宇轩泽俊豪子梓睿晨鑫杰鹏博文昊天佑凯瑞嘉诚奕铭熙哲毅航翔阳恒煜骏逸皓然霖",
    ("2", 0): "秀珍英兰芬芳玉翠桂莲凤琼会朝先美贵香菊素仙群淑云珠朵明光正友发德成碧银金巧",
    ("2", 1968): "丽艳敏燕梅玲红霞萍娟琴芬会琼英春花静芳蓉洁莉莎娥飞雪云凤菊群美翠荣平兰慧",
    ("2", 1993): "婷雨欣怡梓涵诗语佳悦思琪梦瑶雅馨可馨若彤紫萱妍蕊晓露颖倩璐婧彤柔沁熙月晴",
}
_MIDDLE_MEN = "国朝正文德兴开应显世光明永学志家元泽洪昌"
_MIDDLE_WOMEN = "朝国正先明光德文家大小秀玉兴学"


def surname_of(name: str) -> str:
    """The surname a name begins with."""
    return name[:2] if name[:2] in _COMPOUND else name[:1]


class Names:
    """Hands out names; nobody gets a name of `kept_free` (those are planted), and no two people
    the same name and birth date."""

    def __init__(self, chance: Random, kept_free: frozenset[str] = frozenset()) -> None:
        self._chance = chance
        self._kept_free = kept_free
        self._taken: set[tuple[str, str]] = set()
        pools = [pool for pool, _ in _SURNAMES]
        self._surnames = [char for pool in pools for char in pool]
        weights = [weight / len(pool) for pool, weight in _SURNAMES for _ in pool]
        self._weights = [sum(weights[: i + 1]) for i in range(len(weights))]

    def surname(self) -> str:
        if self._chance.random() < 0.004:
            return self._chance.choice(_COMPOUND)
        return self._chance.choices(self._surnames, cum_weights=self._weights)[0]

    def middle(self, sex: str = "1") -> str:
        """The character that the brothers (or sisters) of one generation share."""
        return self._chance.choice(_MIDDLE_MEN if sex == "1" else _MIDDLE_WOMEN)

    def make(self, surname: str, sex: str, born: str, middle: str = "") -> str:
        """A new full name for somebody born on the day `born`."""
        year = int(born[:4])
        pool = _GIVEN[sex, max(y for s, y in _GIVEN if s == sex and y <= year)]
        while True:
            last = self._chance.choice(pool)
            single = self._chance.random() < (0.08 if year < 1968 else 0.2)
            first = middle or self._chance.choice(pool)
            given = last if single and not middle else first + last
            if first != last and self.take(surname + given, born):
                return surname + given

    def take(self, name: str, born: str) -> bool:
        """Whether the name was still free for somebody born on that day; it is taken then."""
        if name in self._kept_free or (name, born) in self._taken:
            return False
        self._taken.add((name, born))
        return True
