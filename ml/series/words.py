"""What a series description says, in English and Chinese habits. Words only support what the attributes say, or break their silence."""

import re
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Meaning:
    """One kind of series that is no input, the words that name it, and the reason given for its role none."""

    key: str
    pattern: re.Pattern[str]
    reason: str


def _meaning(key: str, words: str, chinese: str, reason: str) -> Meaning:
    """Latin words must stand alone (after normalising); Chinese ones may stand anywhere."""
    joined = f"(?<![a-z0-9])(?:{words})(?![a-z0-9])"
    return Meaning(key, re.compile(f"{joined}|{chinese}" if chinese else joined), reason)


# The order is that of the reasons: the first that fits is the one given.
NOT_INPUT: tuple[Meaning, ...] = (
    _meaning(
        "localiser",
        r"loc|local|localizer|localiser|loca|scout|survey|aahead|aahscout|aascout|smart ?brain|smartplan|(?:3|three|tri) ?(?:pl|plane|planes)"
        r"|3plan|pilot|tripilot|topogram|plan ?scan|autoalign|screen ?save",
        "定位|三平面|扫描计划",
        "localiser",
    ),
    _meaning(
        "calibration",
        r"calib|calibration|cal|asset(?: cal)?|ref(?:erence)? ?scan|coil ?(?:survey|sens\w*)|sense ?ref|shim|b0 ?map|b1 ?map|field ?map|fieldmap"
        r"|prescan|noise",
        "校准|参考扫描|匀场",
        "calibration or field map",
    ),
    _meaning("subtraction", r"sub|subs|subtr|subtract|subtraction|subtracted|diff ?image", "减影|剪影", "subtraction"),
    _meaning(
        "projection",
        r"mip|mips|minip|mnip|thick ?mip|mip ?\w*|vrt|vr|3d ?rend\w*|radial|curved|projection|rotating|collapsed?",
        "最大密度|最小密度|投影|容积再现",
        "projection",
    ),
    _meaning("reformat", r"mpr|mprs|reformat\w*|rfmt|mpr ?range", "多平面重建|重组", "reformatted from another series"),
    _meaning(
        "diffusion",
        r"d[wt]i|dwibs|diff|diffusion|adc|eadc|dadc|exp ?adc|apparent diff\w*|trace|tracew|ivim|dki|dsi|fa ?map|colfa|fa|tensor|resolve|ep2d ?diff"
        r"|b ?(?:0|50|400|500|600|800|1000|1200|1500|2000|3000)|focus ?dwi|zoomit ?dwi|isotropic ?\w*|asymmetry",
        "弥散|扩散|表观",
        "diffusion",
    ),
    _meaning(
        "perfusion",
        r"perf|perfusion|pwi|asl|pasl|pcasl|3d ?asl|dsc|dce|cbf|cbv|mtt|ttp|tmax|rcbf|rcbv|relcbf|relcbv|rel ?cbf|ktrans|kep|iauc|wash ?in|wash ?out"
        r"|perfusion weighted|twist ?\w*|tricks|grasp|4d ?\w*|dyn|dynamic|disco",
        "灌注|动态增强|动态",
        "perfusion or dynamic series",
    ),
    _meaning(
        "angiography",
        r"tof|3d ?tof|2d ?tof|mra|mrv|mrav|angio|angiography|cemra|ce mra|pca|3d ?pc|2d ?pc|phase contrast|inhance|venc|fl3d ?ce|care ?bolus|bolus ?\w*"
        r"|venogra\w*|arteri\w*|cow",
        "血管|静脉成像|动脉|流速",
        "angiography",
    ),
    _meaning(
        "susceptibility",
        r"swi|swip|swan|swp|eswan|qsm|susc\w*|t2 ?\*|t2star|t2 star|t2s|hemo|haemo|t2 ?gre|gre ?t2|t2 ?ffe|t2 ?fl2d|venbold|medic|merge|me2d",
        "磁敏感|磁化率|出血",
        "susceptibility or T2*",
    ),
    _meaning("functional", r"fmri|bold|rest|resting|task|mocoseries", "功能成像|静息态", "functional imaging"),
    _meaning("spectroscopy", r"mrs|svs|csi|press|spectro\w*|probe|steam|mrsi|naa|cho|chess ?\d+", "波谱", "spectroscopy"),
    _meaning(
        "map",
        r"t1 ?map\w*|t2 ?map\w*|t2\* ?map\w*|r2 ?star|r2\*|r2s|pd ?map|mapit|mapping|t1 ?rho|t1r|ff|pdff|fat ?frac\w*|synthetic|symri|magic|cest|apt"
        r"|apt ?\w*|mtr|mtc|mt ?map|ute|zte|uni|inv ?[12]|mp2rage ?(?:inv\w*|t1\w*)?",
        "定量|图谱",
        "parametric or quantitative map",
    ),
    _meaning("double inversion", r"dir|double ?ir|double inversion", "双反转", "double inversion recovery"),
    _meaning(
        "hydrography",
        r"ciss|3d ?ciss|fiesta|fiesta ?c|mrcp|myelo\w*|hydro\w*|cistern\w*|iac ?\w*|trufi|true ?fisp|btfe|bffe|balanced|b ?tfe|b ?ffe|truefisp|ssfp|dess|psif",
        "水成像|内耳|脑池|神经成像",
        "steady-state or water imaging",
    ),
)

_FLAIR = _meaning("flair", r"flair|t2 ?flair|dark ?fluid|tirm ?dark\w*|fluid ?att\w*|darkfluid", "水抑制|黑水|抑水", "FLAIR")
_STIR = _meaning("stir", r"stir|t2 ?stir|tstir|fstir|irfse ?stir|short ?ti|turbo ?stir", "", "STIR")
_T1 = re.compile(r"(?<![a-z0-9])(?:fs|ax|tra|sag|cor|sg|co|e|3d|2d|o|k|s|c|r)?t1(?![0-9\*])|t1加权")
_T2 = re.compile(r"(?<![a-z0-9])(?:fs|ax|tra|sag|cor|sg|co|e|3d|2d|o|k|s|c|r)?t2(?![0-9\*])|t2加权")
_PD = re.compile(r"(?<![a-z0-9])(?:pd|pdw|pdwi|proton ?density|pd ?\w{0,3}fs|dp|intermediate)(?![a-z0-9])|质子")
_T1_RECIPES = re.compile(
    r"mprage|mpr age|me ?mprage|bravo|fspgr|spgr|vibe|lava|thrive|e ?thrive|quick ?3d|t1 ?ffe|tfl3d|gre ?fsp|fast ?3d|3d ?tfe|ir ?fspgr|turbo ?flash"
)
_ENHANCED = re.compile(
    r"\+ ?c(?![a-z])|(?<![a-z0-9])(?:t1|t1w|t1wi|fs|se|tse|fse|tra|ax|sag|cor|vibe|lava|mprage|3d)?c\+|\+ ?(?:gd|gad|ce)(?![a-z])"
    r"|(?<![a-z0-9])(?:post(?! ?fossa)|postgd|postcontrast|post ?con\w*|gd|gad\w*|gado|dtpa|gd ?dtpa|dotarem|magnevist|gadovist|ce|cemr|ce ?t1\w*|t1 ?ce|t1wce|t1c"
    r"|t1wc|t1wic|with ?con\w*|w ?con\w*|contrast|enh|enhanced?|\+con\w*|km|mdc|inj|delayed)(?![a-z0-9])"
    r"|增强|强化|延迟|注药后|造影后"
)
_PLAIN = re.compile(
    r"(?<![a-z0-9])(?:pre|precontrast|pre ?con\w*|pregd|native|plain|nativ|unenhanced|non ?con\w*|no ?con\w*|noncontrast|without ?con\w*|wo ?con\w*"
    r"|w o ?(?:con\w*|gd|gad\w*|c)|unenh|nc|sans|cminus)(?![a-z0-9])|(?<![a-z0-9])w o$|平扫|增强前|未增强|注药前"
)
_FAT_SATURATED = re.compile(
    r"(?<![a-z0-9])(?:fs|fatsat|fat ?sat\w*|fat ?sup\w*|fatsup\w*|fsat|spir|spair|spectral ?fat|chess|fc fs|qfs|q ?fatsat|fatsep|fat ?nav|aspir|special|we"
    r"|water ?exc\w*|proset|wats?|pfs|fsupp?|tsefs|fsefs|tfs|rfs|cfs|t[12]w?i?fs|t[12]w? ?fs\w*|fs ?t[12]\w*|t[12]fs|trafs|axfs|sagfs|corfs)(?![a-z0-9])"
    r"|压脂|抑脂|脂肪抑制|脂肪饱和|脂肪压制|水激发"
)
_NOT_SATURATED = re.compile(
    r"(?<![a-z0-9])(?:nfs|no ?fs|non ?fs|nofatsat|no ?fat ?sat|without ?fs|wo ?fs)(?![a-z0-9])|不压脂|非压脂"
)
_DIXON = re.compile(r"dixon|ideal|(?<![a-z])flex(?![a-z])|wfi|(?<![a-z0-9])wfs|水脂分离|迪克松")
_DIXON_PARTS: tuple[tuple[str, str, str], ...] = (
    # (part, words that name it anywhere, letters that name it only beside a Dixon word)
    ("out-of-phase", r"opp|opp ?phase|oop|out ?of ?phase|out ?phase|outphase|opposed ?\w*|op ?phase|反相位", r"op|out"),
    ("in-phase", r"in ?phase|inphase|inph|同相位", r"ip|in"),
    ("water", r"water|water ?only|水像|水相", r"w"),
    ("fat", r"fat ?only|fat ?image|fat(?= *(?:\||$|ax|sag|cor|tra|t[12]|obl|:))", r"f|fat"),
)
_PLANES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("axial", re.compile(r"(?<![a-z])(?:ax|axial|tra|trans\w*|tr)(?![a-z])|横断|轴位|横轴|水平位")),
    ("sagittal", re.compile(r"(?<![a-z])(?:sag|sagittal)(?![a-z])|矢状")),
    ("coronal", re.compile(r"(?<![a-z])(?:cor|coronal)(?![a-z])|冠状")),
)


@dataclass(frozen=True)
class Words:
    """A description, read. `text` is as received; every property is what its words say, or nothing."""

    text: str

    @cached_property
    def plain(self) -> str:
        """Lower case, separators made spaces; "c-" and "-c" become "cminus", "+ c" becomes "+c"."""
        lowered = self.text.lower().replace("w/o", "w o").replace("w/", "w ").replace(":", " : ")
        lowered = re.sub(r"(?<![a-z])c-(?![a-z0-9])|(?<=[\s_(])-c(?![a-z0-9+])", " cminus ", lowered)
        lowered = re.sub(r"[-_/\\.,;()\[\]{}<>&=^~#'\"]+", " ", lowered)
        lowered = re.sub(r"\+\s+c(?![a-z])", "+c", lowered)
        return re.sub(r"\s+", " ", lowered).strip()

    @cached_property
    def not_input(self) -> Meaning | None:
        """The first kind of no-input series that the words name."""
        return next((meaning for meaning in NOT_INPUT if meaning.pattern.search(self.plain)), None)

    @property
    def flair(self) -> bool:
        return bool(_FLAIR.pattern.search(self.plain))

    @property
    def stir(self) -> bool:
        return bool(_STIR.pattern.search(self.plain))

    @property
    def t1(self) -> bool:
        return bool(_T1.search(self.plain) or _T1_RECIPES.search(self.plain))

    @property
    def t2(self) -> bool:
        return bool(_T2.search(self.plain))

    @property
    def proton_density(self) -> bool:
        return bool(_PD.search(self.plain))

    @cached_property
    def plain_scan(self) -> bool:
        """Says that no contrast agent was given (pre, native, 平扫)."""
        return bool(_PLAIN.search(self.plain))

    @cached_property
    def enhanced(self) -> bool:
        """Says that a contrast agent was given (+C, Gd, post, 增强); "pre contrast" and "增强前" do not."""
        return not self.plain_scan and bool(_ENHANCED.search(self.plain))

    @property
    def fat_saturated(self) -> bool | None:
        if _NOT_SATURATED.search(self.plain):
            return False
        return True if _FAT_SATURATED.search(self.plain) else None

    @cached_property
    def dixon(self) -> str:
        """water, fat, in-phase, out-of-phase; "dixon" where the method is named but not the part; or empty."""
        named = bool(_DIXON.search(self.plain))
        tail = self.plain.split("|")[0].split()
        for part, words, letters in _DIXON_PARTS:
            if re.search(f"(?<![a-z0-9])(?:{words})(?![a-z0-9])", self.plain):
                if part == "fat" and self.fat_saturated:
                    continue
                return part
            if named and any(re.fullmatch(letters, word) for word in tail[1:]):
                return part
        return "dixon" if named else ""

    @property
    def plane(self) -> str:
        return next((plane for plane, pattern in _PLANES if pattern.search(self.plain)), "")
