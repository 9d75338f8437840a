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
    "berbaum": (
        "Hillis SL, Obuchowski NA, Berbaum KS. Power estimation for multireader ROC methods: an updated and unified "
        "approach. Acad Radiol 2011;18:129-142."
    ),
    "blackwelder": "Blackwelder WC. Proving the null hypothesis in clinical trials. Control Clin Trials 1982;3:345-353.",
    "schuirmann": (
        "Schuirmann DJ. A comparison of the two one-sided tests procedure and the power approach for assessing the "
        "equivalence of average bioavailability. J Pharmacokinet Biopharm 1987;15:657-680."
    ),
    "stone": ("Stone M. Cross-validatory choice and assessment of statistical predictions. J R Stat Soc B 1974;36:111-147."),
    "efron": "Efron B, Tibshirani RJ. An Introduction to the Bootstrap. New York: Chapman and Hall; 1993, chapter 17.",
    "harrell": (
        "Harrell FE Jr, Lee KL, Mark DB. Multivariable prognostic models: issues in developing models, evaluating "
        "assumptions and adequacy, and measuring and reducing errors. Stat Med 1996;15:361-387."
    ),
    "youden": "Youden WJ. Index for rating diagnostic tests. Cancer 1950;3:32-35.",
    "brier": "Brier GW. Verification of forecasts expressed in terms of probability. Mon Weather Rev 1950;78:1-3.",
    "naeini": (
        "Naeini MP, Cooper GF, Hauskrecht M. Obtaining well calibrated probabilities using Bayesian binning. "
        "Proc AAAI Conf Artif Intell 2015:2901-2907."
    ),
    "cox": "Cox DR. Two further applications of a model for binary regression. Biometrika 1958;45:562-565.",
    "van_calster": (
        "Van Calster B, Nieboer D, Vergouwe Y, et al. A calibration hierarchy for risk models was defined: from utopia to "
        "empirical data. J Clin Epidemiol 2016;74:167-176."
    ),
    "spiegelhalter": (
        "Spiegelhalter DJ. Probabilistic prediction in patient management and clinical trials. Stat Med 1986;5:421-433."
    ),
    "vickers": (
        "Vickers AJ, Elkin EB. Decision curve analysis: a novel method for evaluating prediction models. "
        "Med Decis Making 2006;26:565-574."
    ),
    "cronin": (
        "Vickers AJ, Cronin AM, Elkin EB, Gonen M. Extensions to decision curve analysis, a novel method for evaluating "
        "diagnostic tests, prediction models and molecular markers. BMC Med Inform Decis Mak 2008;8:53."
    ),
    "pearson": (
        "Pearson K. On the criterion that a given system of deviations from the probable in the case of a correlated system "
        "of variables is such that it can be reasonably supposed to have arisen from random sampling. "
        "Philos Mag 1900;50:157-175."
    ),
    "cochran": "Cochran WG. Some methods for strengthening the common chi-squared tests. Biometrics 1954;10:417-451.",
    "fisher": "Fisher RA. The Design of Experiments. Edinburgh: Oliver and Boyd; 1935.",
    "stard": (
        "Bossuyt PM, Reitsma JB, Bruns DE, et al. STARD 2015: an updated list of essential items for reporting diagnostic "
        "accuracy studies. BMJ 2015;351:h5527."
    ),
    "stard_ai": (
        "Sounderajah V, Guni A, Liu X, et al. The STARD-AI reporting guideline for diagnostic accuracy studies using "
        "artificial intelligence. Nat Med 2025."
    ),
    "claim": (
        "Mongan J, Moy L, Kahn CE Jr. Checklist for Artificial Intelligence in Medical Imaging (CLAIM): a guide for authors "
        "and reviewers. Radiol Artif Intell 2020;2:e200029."
    ),
    "briggs_claxton": (
        "Briggs A, Claxton K, Sculpher M. Decision Modelling for Health Economic Evaluation. Oxford University Press; 2006, "
        "chapter 4."
    ),
    "briggs_ades": (
        "Briggs AH, Ades AE, Price MJ. Probabilistic sensitivity analysis for decision trees with multiple branches: use of "
        "the Dirichlet distribution in a Bayesian framework. Med Decis Making 2003;23:341-350."
    ),
    "perks": (
        "Perks W. Some observations on inverse probability including a new indifference rule. J Inst Actuar 1947;73:285-334."
    ),
    "zou": (
        "Zou GY, Donner A. Construction of confidence limits about effect measures: a general approach. "
        "Stat Med 2008;27:1693-1702."
    ),
    "lewis": "Lewis EM. An Introduction to Credit Scoring. San Rafael: Fair, Isaac and Co; 1994.",
    "yurdakul": (
        "Yurdakul B, Naranjo J. Statistical properties of the population stability index. "
        "J Risk Model Valid 2020;14(4):89-100."
    ),
    "smirnov": (
        "Smirnov N. Table for estimating the goodness of fit of empirical distributions. Ann Math Stat 1948;19:279-281."
    ),
    "newcombe_two": (
        "Newcombe RG. Interval estimation for the difference between independent proportions: comparison of eleven methods. "
        "Stat Med 1998;17:873-890."
    ),
}
"""{name: citation}; printed in the order in which the text names them first."""
