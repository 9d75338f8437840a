"""What a series description says, in English and Chinese. Words only support the attributes, or break their silence."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property


def _words(latin: str, chinese: str = "") -> re.Pattern[str]:
    """A pattern of words parted by white space. Latin ones stand alone ("_": an optional space), Chinese ones anywhere."""
    alone = "|".join(word.replace("_", " ?") for word in latin.split())
    anywhere = "|".join(chinese.split())
    parts = [f"(?<![a-z0-9])(?:{alone})(?![a-z0-9])"] if alone else []
    return re.compile("|".join([*parts, anywhere] if anywhere else parts))


@dataclass(frozen=True)
class Meaning:
    """One kind of series that is no input: the words that name it, and the reason given for its role none."""

    reason: str
    pattern: re.Pattern[str]


LOCALISER = Meaning(
    "localiser",
    _words(
        r"""loc local localizer localiser loca locs scout scouts survey surveys aahead aahscout aascout aahead_scout
        smart_?brain smartplan smartexam (?:3|three|tri)_(?:pl|plane|planes|plan) 3plan pilot tripilot topogram
        plan_scan autoalign""",
        "定位 三平面 扫描计划",
    ),
)
REFORMATTED = Meaning("reformatted from another series", _words(r"mpr mprs mpr_range reformat\w* rfmt", "多平面重建 重组"))
# Dynamic imaging of the agent's first pass: what comes after it is enhanced.
_BOLUS = _words(
    r"""dsc dce pwi ktrans wash_in wash_out twist twist_\w+ tricks grasp dyn dynamic dynamics disco ce_?mra fl3d_ce
    care_bolus bolus_\w+""",
    "动态",
)
# The order is that of the reasons: the first that fits is the one given.
NOT_INPUT: tuple[Meaning, ...] = (
    LOCALISER,
    Meaning(
        "calibration or field map",
        _words(
            r"""calib calibration cal ^asset$ asset_cal arc_cal ref(?:erence)?_scan ref coil_survey coil_sens\w* sense_ref
            shim b0_map b1_map field_map fieldmap prescan noise""",
            "校准 参考扫描 匀场",
        ),
    ),
    Meaning("subtraction", _words("sub subs subtr subtract subtraction subtracted diff_image", "减影 剪影")),
    Meaning(
        "projection",
        _words(
            r"mip mips minip mnip thick_mip mip_\w+ vrt vr radial_proj\w* curved projection rotating collapsed? 3d_rend\w*",
            "最大密度 最小密度 投影 容积再现",
        ),
    ),
    REFORMATTED,
    Meaning(
        "diffusion",
        _words(
            r"""s?dwi? dti\w* dwibs diff diffusion adc eadc dadc exp_adc apparent_diff\w* trace tracew ivim dki dsi fa_map
            colfa fa(?!_\d) tensor resolve ep2d_diff\w* b_?(?:0|50|400|500|600|800|1000|1200|1500|2000|3000)t? focus_dwi
            zoomit_dwi""",
            "弥散 扩散 表观",
        ),
    ),
    Meaning(
        "perfusion or dynamic series",
        _words(
            r"""perf perfusion pwi asl pasl pcasl 3d_asl dsc dce cbf cbv mtt ttp tmax rcbf rcbv rmtt relcbf relcbv
            relmtt rel_cbf ktrans kep iauc wash_in wash_out twist twist_\w+ tricks grasp 4d 4d_\w+ dyn dynamic
            dynamics disco""",
            "灌注 动态",
        ),
    ),
    Meaning(
        "angiography",
        _words(
            r"""tof 3d_tof 2d_tof \w*tof\w* mra mrv mrav angio\w* ce_?mra pca 3d_pc 2d_pc phase_contrast inhance venc
            fl3d_ce care_bolus bolus bolus_\w+ venogra\w* arteri\w* cow""",
            "血管 静脉成像 动脉 流速",
        ),
    ),
    Meaning(
        "susceptibility or T2*",
        _words(
            r"""swi swi_\w+ swip swan swp eswan qsm susc\w* e?t2_?\* t2star t2_star t2s hemo haemo t2_gre gre_t2 t2_ffe
            t2_fl2d venbold medic merge me2d\w*""",
            "磁敏感 磁化率 出血",
        ),
    ),
    Meaning("functional imaging", _words("fmri bold rest resting task mocoseries", "功能成像 静息态")),
    Meaning("spectroscopy", _words(r"mrs svs csi press spectro\w* probe steam mrsi naa cho", "波谱")),
    Meaning(
        "parametric or quantitative map",
        _words(
            r"""t1_map\w* t2_map\w* t2\*_map\w* r2_star r2\* r2s pd_map mapit mapping t1_?rho t1r ff pdff fat_frac\w*
            synthetic symri magic cest apt apt_\w+ mtr mt_map ute zte uni inv_?[12] mp2rage mp2rage_\w+""",
            "定量 图谱",
        ),
    ),
    Meaning("double inversion recovery", _words("dir double_ir double_inversion", "双反转")),
    Meaning(
        "steady-state or water imaging",
        _words(
            r"""ciss 3d_ciss fiesta fiesta_c mrcp myelo\w* hydro\w* cistern\w* trufi true_?fisp btfe bffe
            balanced b_tfe b_ffe ssfp basg dess psif""",
            "水成像 脑池 神经成像",
        ),
    ),
)

_BEFORE = r"(?<![a-z0-9])(?:fs|ax|tra|sag|cor|sg|co|e|3d|2d|o|k|s|c|r|w)?"
_FLAIR = _words(r"t2_?flair flair \w*flair dark_?fluid fluid_att\w*", "水抑制 黑水 抑水")
_STIR = _words(r"t2_?stir stir \w{0,3}stir short_ti turbo_stir")
_T1 = re.compile(_BEFORE.replace("fs|", "fs|ce|gd|") + r"t1(?![0-9\*])")
_T2 = re.compile(_BEFORE + r"t2(?![0-9\*])")
_PD = _words(r"pd pdw pdwi pd_fs pdw_fs proton_density proton_dens\w* dp intermediate", "质子")
_T1_RECIPES = re.compile(
    r"mp ?rage|bravo|fspgr|spgr|vibe|lava|thrive|quick ?3d|t1 ?ffe|tfl3d|gre ?fsp|3d ?tfe|turbo ?flash|starvibe|f?isp3d ?t1"
)
# What follows "post" or "pre" and is no agent: the posterior fossa, or the treatment that the examination follows up.
_NO_TREATMENT = r"(?!_(?:fossa|op\w*|rt|radi\w*|chemo\w*|ccrt|crt|treat\w*|tx|therap\w*|surg\w*))"
_AGENT = r"(?:iv ?)?(?:con(?:tr\w*)?|kontrast\w*|gd\w*|gad\w*|km|mdc|inj\w*|dtpa|ce|c|agent)(?![a-z0-9])"
# "with and without" names an examination, not a series.
_BOTH = re.compile(r"(?<![a-z])(?:with|w) ?(?:and |or |& ?)?(?:without|wo|w o)(?![a-z])(?: ?" + _AGENT + ")?")
_PLAIN = re.compile(
    r"(?<![a-z0-9])(?:pre|before|prior to|vor|avant|antes(?: de)?|prima|non?|not|without|wo|w o|sans|sin|senza|ohne) ?(?:"
    + _AGENT
    + ")|"
    + _words(f"pre{_NO_TREATMENT} native plain nativ unenhanced unenh nc sans cminus", "平扫 增强前 未增强 注药前").pattern
    + r"|(?<![a-z0-9])w o$"
)
_ENHANCED = re.compile(
    r"\+ ?c(?![a-z0-9])|(?<![a-z])(?:t1|t1w|t1wi|fs|se|tse|fse|tra|ax|sag|cor|vibe|lava|mprage|3d)?c ?\+|"
    r"\+ ?(?:gd|gad|ce|km)(?![a-z])|"
    # A last C by itself or joined to the recipe: "T1W_SPIR_C", "T1WI_SPIRC", "t1_tse_tra_fs_C", not "tra C spine".
    r"(?:spir|spair|tse|fse|fs|dixon|vibe|lava|thrive|quick ?3d|tra|ax) ?c(?![a-z0-9+]| ?(?:spine|sp|cerv))|"
    + _words(
        f"post{_NO_TREATMENT}"
        + r""" postgd postcontrast post_con\w* pos p_?km p_c \w*gd gad\w* dtpa gd_?dtpa dotarem magnevist gadovist ce
            cemr ce_?t1\w* t1w?i?_?ce t1w?i?c t1wic with_con\w* w_con\w* contrast\w* kontrast\w* enh enhanced? km mdc inj
            delayed""",
        "增强 强化 延迟 注药后 造影后",
    ).pattern
)
_FAT_SATURATED = _words(
    r"""fs fatsat fat_sat\w* fat_sup\w* fatsup\w* fsat spirc? spairc? spectral_fat chess qfs q_?fatsat fatsep aspir
            special we water_exc\w* proset wats? pfs fsupp? tsefs fsefs tfs rfs cfs t[12]w?i?_?fs fs_?t[12]\w*
            trafs axfs sagfs corfs""",
    "压脂 抑脂 脂肪抑制 脂肪饱和 脂肪压制 水激发",
)
_NOT_SATURATED = _words("nfs no_fs non_?fs nofatsat no_fat_?sat without_fs wo_?fs w_o_fs", "不压脂 非压脂 无压脂")
_DIXON = _words(r"\w*dixon\w* ideal flex lava_?flex \w*wfi wfs", "水脂分离 迪克松")
# Part; words that name it anywhere; words that name it only beside a Dixon word.
_DIXON_PARTS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (
        "out-of-phase",
        _words(r"opp opp_phase oop out_?of_phase out_?phase opposed opposed_\w+ op_phase", "反相位"),
        r"op|out",
    ),
    ("in-phase", _words("in_?phase inph", "同相位"), r"ip|in"),
    ("water", _words("water water_only", "水像 水相"), r"w"),
    ("fat", re.compile(r"(?<![a-z0-9])fat (?:only|image|:)|(?<![a-z0-9])fat$|脂像|脂相"), r"f|fat"),
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
        """Lower case without accents or full-width letters, separators made spaces; "-c" becomes "cminus", "+ c" "+c"."""
        letters = unicodedata.normalize("NFKD", self.text)
        lowered = "".join(letter for letter in letters if not unicodedata.combining(letter)).lower()
        lowered = lowered.replace("w/o", "w o").replace("w/", "w ").replace(":", " : ")
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
        return bool(_FLAIR.search(self.plain))

    @property
    def stir(self) -> bool:
        return bool(_STIR.search(self.plain))

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
    def contrast(self) -> bool | None:
        """Whether a contrast agent was given: +C, Gd, post, 增强 say yes; pre, native, "no gad", 平扫, 增强前 say no.

        None where the words say nothing, or both ("平扫+增强", "with and without contrast").
        """
        text = _BOTH.sub(" ", self.plain)
        rest, unenhanced = _PLAIN.subn(" ", text)
        enhanced = bool(_ENHANCED.search(rest))
        return enhanced if enhanced != bool(unenhanced) else None

    @property
    def bolus(self) -> bool:
        """Names dynamic imaging of the agent's first pass."""
        return bool(_BOLUS.search(self.plain))

    @property
    def fat_saturated(self) -> bool | None:
        if _NOT_SATURATED.search(self.plain):
            return False
        return True if _FAT_SATURATED.search(self.plain) else None

    @cached_property
    def dixon(self) -> str:
        """water, fat, in-phase, out-of-phase; "dixon" where the method is named but not the part; or empty."""
        named = bool(_DIXON.search(self.plain))
        tail = self.plain.split("|")[0].split()[1:]
        for part, words, letters in _DIXON_PARTS:
            if words.search(self.plain) or (named and any(re.fullmatch(letters, word) for word in tail)):
                return part
        return "dixon" if named else ""

    @property
    def plane(self) -> str:
        return next((plane for plane, pattern in _PLANES if pattern.search(self.plain)), "")
