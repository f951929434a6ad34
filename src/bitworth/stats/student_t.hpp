#pragma once

namespace bitworth::stats {

/// Student's t distribution function, by its finite sum over whole degrees of freedom; the normal one from
/// 400 on. Assumes: degrees_of_freedom >= 1.
/// Source: Abramowitz and Stegun 1964, 26.7.3 and 26.7.4.
double student_t_cdf(double t, int degrees_of_freedom);

/// Its inverse. Assumes: 0 < p < 1.
double student_t_quantile(double p, int degrees_of_freedom);

}  // namespace bitworth::stats
