"""Several readers, several cases, two or more arms: is the mean ROC area the same? No torch.

`readings` holds who read what, `covariances` how the areas vary together with the cases, `obuchowski_rockette` the
analysis of Obuchowski and Rockette with Hillis' degrees of freedom, `u_statistics` that of Gallas for any design.
"""
