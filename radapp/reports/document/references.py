"""Full citations of the methods' sources (docs/statistics.md), by a short name. No Django."""

from collections.abc import Mapping

CITATIONS: Mapping[str, str] = {
    "deng": (
        "Deng Y, Huang Y, Wu H, et al. Establishment of a deep-learning-assisted recurrent nasopharyngeal carcinoma "
        "detecting simultaneous tactic (DARNDEST) with high cost-effectiveness based on magnetic resonance images: a "
        "multicenter study in an endemic area. Cancer Imaging 2025. doi:10.1186/s40644-025-00853-5."
    ),
    "newcombe": (
        "Newcombe RG. Two-sided confidence intervals for the single proportion: comparison of seven methods. "
        "Stat Med 1998;17:857-872."
    ),
    "clopper": (
        "Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case of the binomial. "
        "Biometrika 1934;26:404-413."
    ),
    "mercaldo": (
        "Mercaldo ND, Lau KF, Zhou XH. Confidence intervals for predictive values with an emphasis to case-control studies. "
        "Stat Med 2007;26:2170-2183."
    ),
    "delong": (
        "DeLong ER, DeLong DM, Clarke-Pearson DL. Comparing the areas under two or more correlated receiver operating "
        "characteristic curves: a nonparametric approach. Biometrics 1988;44:837-845."
    ),
    "sun": (
        "Sun X, Xu W. Fast implementation of DeLong's algorithm for comparing the areas under correlated receiver operating "
        "characteristic curves. IEEE Signal Process Lett 2014;21:1389-1393."
    ),
    "mcnemar": (
        "McNemar Q. Note on the sampling error of the difference between correlated proportions or percentages. "
        "Psychometrika 1947;12:153-157."
    ),
    "fagerland": (
        "Fagerland MW, Lydersen S, Laake P. The McNemar test for binary matched-pairs data: mid-p and asymptotic are better "
        "than exact conditional. BMC Med Res Methodol 2013;13:91."
    ),
    "tango": (
        "Tango T. Equivalence test and confidence interval for the difference in proportions for the paired-sample design. "
        "Stat Med 1998;17:891-908."
    ),
    "kosinski": (
        "Kosinski AS. A weighted generalized score statistic for comparison of predictive values of diagnostic tests. "
        "Stat Med 2013;32:964-977."
    ),
    "dunn": "Dunn OJ. Multiple comparisons among means. J Am Stat Assoc 1961;56:52-64.",
    "holm": "Holm S. A simple sequentially rejective multiple test procedure. Scand J Stat 1979;6:65-70.",
    "obuchowski": (
        "Obuchowski NA, Rockette HE. Hypothesis testing of diagnostic accuracy for multiple readers and multiple tests: an "
        "ANOVA approach with dependent observations. Commun Stat Simul Comput 1995;24:285-308."
    ),
    "hillis": (
        "Hillis SL. A comparison of denominator degrees of freedom methods for multiple observer ROC analysis. "
        "Stat Med 2007;26:596-619."
    ),
    "gallas": ("Gallas BD. One-shot estimate of MRMC variance: AUC. Acad Radiol 2006;13:353-362."),
    "cohen": "Cohen J. A coefficient of agreement for nominal scales. Educ Psychol Meas 1960;20:37-46.",
    "fleiss_cohen": (
        "Fleiss JL, Cohen J, Everitt BS. Large sample standard errors of kappa and weighted kappa. "
        "Psychol Bull 1969;72:323-327."
    ),
    "fleiss": "Fleiss JL. Measuring nominal scale agreement among many raters. Psychol Bull 1971;76:378-382.",
    "cicchetti": (
        "Cicchetti DV, Feinstein AR. High agreement but low kappa: II. Resolving the paradoxes. "
        "J Clin Epidemiol 1990;43:551-558."
    ),
    "gwet": (
        "Gwet KL. Computing inter-rater reliability and its variance in the presence of high agreement. "
        "Br J Math Stat Psychol 2008;61:29-48."
    ),
    "byrt": "Byrt T, Bishop J, Carlin JB. Bias, prevalence and kappa. J Clin Epidemiol 1993;46:423-429.",
    "krippendorff": (
        "Krippendorff K. Content Analysis: An Introduction to Its Methodology. 3rd ed. Sage; 2013, chapter 11."
    ),
    "mcgraw": (
        "McGraw KO, Wong SP. Forming inferences about some intraclass correlation coefficients. "
        "Psychol Methods 1996;1:30-46."
    ),
    "bland": ("Bland JM, Altman DG. Measuring agreement in method comparison studies. Stat Methods Med Res 1999;8:135-160."),
    "conover": "Conover WJ. Practical Nonparametric Statistics. 3rd ed. New York: Wiley; 1999, section 3.2.",
    "sen": "Sen PK. Estimates of the regression coefficient based on Kendall's tau. J Am Stat Assoc 1968;63:1379-1389.",
}
"""{name: citation}; printed in the order in which the text names them first."""
