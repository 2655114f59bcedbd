/* The log-likelihood of a Gaussian mixture and its gradient, the adjoint written by hand over the same loops as
   objective.py. One data point is taken through all components forward, then backward; what the backward half needs of
   it (delta, scaled, terms) is kept for that one point only. Every pointer is restrict; the inner loops run over
   contiguous memory. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void prepare(int d, int k, const double *restrict icf, double *restrict diagonal, double *restrict log_determinant) {
    const int width = d * (d + 1) / 2;
    for (int c = 0; c < k; c++) {
        double sum = 0.0;
        for (int a = 0; a < d; a++) {
            diagonal[c * d + a] = exp(icf[c * width + a]);
            sum += icf[c * width + a];
        }
        log_determinant[c] = sum;
    }
}

/* delta = x - mean; scaled = Q delta; the answer is |scaled|^2 */
static inline double distance(int d, const double *restrict x, const double *restrict mean, const double *restrict diagonal,
                              const double *restrict factor, double *restrict delta, double *restrict scaled) {
    for (int a = 0; a < d; a++) {
        delta[a] = x[a] - mean[a];
        scaled[a] = diagonal[a] * delta[a];
    }
    const double *restrict column = factor + d;
    for (int b = 0; b < d; b++) {
        const double v = delta[b];
        for (int a = b + 1; a < d; a++) scaled[a] += column[a - b - 1] * v;
        column += d - b - 1;
    }
    double square = 0.0;
    for (int a = 0; a < d; a++) square += scaled[a] * scaled[a];
    return square;
}

static double prior_and_normaliser(int d, int k, int n, const double *restrict alphas, const double *restrict icf,
                                   const double *restrict diagonal, const double *restrict log_determinant, double gamma,
                                   int m, double *restrict normaliser) {
    const int width = d * (d + 1) / 2;
    double weight = 0.0, prior = 0.0;
    for (int c = 0; c < k; c++) weight += exp(alphas[c]);
    for (int c = 0; c < k; c++) {
        double norm = 0.0;
        for (int a = 0; a < d; a++) norm += diagonal[c * d + a] * diagonal[c * d + a];
        for (int p = d; p < width; p++) norm += icf[c * width + p] * icf[c * width + p];
        prior += 0.5 * gamma * gamma * norm - m * log_determinant[c];
    }
    *normaliser = weight;
    return prior - n * log(weight);
}

double gmm_value(int d, int k, int n, const double *restrict alphas, const double *restrict means, const double *restrict icf,
                 const double *restrict x, double gamma, int m) {
    const int width = d * (d + 1) / 2;
    double *diagonal = malloc(sizeof(double) * (size_t)(k * d + 2 * k + 2 * d));
    double *log_determinant = diagonal + k * d, *terms = log_determinant + k, *delta = terms + k, *scaled = delta + d;
    prepare(d, k, icf, diagonal, log_determinant);
    double total = 0.0, normaliser;
    for (int i = 0; i < n; i++) {
        double largest = -INFINITY;
        for (int c = 0; c < k; c++) {
            terms[c] = alphas[c] + log_determinant[c] -
                       0.5 * distance(d, x + i * d, means + c * d, diagonal + c * d, icf + c * width, delta, scaled);
            if (terms[c] > largest) largest = terms[c];
        }
        double weight = 0.0;
        for (int c = 0; c < k; c++) weight += exp(terms[c] - largest);
        total += largest + log(weight);
    }
    total += prior_and_normaliser(d, k, n, alphas, icf, diagonal, log_determinant, gamma, m, &normaliser);
    free(diagonal);
    return total;
}

double gmm_gradient(int d, int k, int n, const double *restrict alphas, const double *restrict means,
                    const double *restrict icf, const double *restrict x, double gamma, int m, double *restrict d_alphas,
                    double *restrict d_means, double *restrict d_icf) {
    const int width = d * (d + 1) / 2;
    double *diagonal = malloc(sizeof(double) * (size_t)(4 * k * d + 4 * k + 2 * d));
    double *d_diagonal = diagonal + k * d, *deltas = d_diagonal + k * d, *scaleds = deltas + k * d;
    double *log_determinant = scaleds + k * d, *d_log_determinant = log_determinant + k, *terms = d_log_determinant + k;
    double *d_scaled = terms + 2 * k;
    prepare(d, k, icf, diagonal, log_determinant);
    memset(d_diagonal, 0, sizeof(double) * (size_t)(k * d));
    memset(d_log_determinant, 0, sizeof(double) * (size_t)k);
    memset(d_alphas, 0, sizeof(double) * (size_t)k);
    memset(d_means, 0, sizeof(double) * (size_t)(k * d));
    memset(d_icf, 0, sizeof(double) * (size_t)(k * width));

    double total = 0.0, normaliser;
    for (int i = 0; i < n; i++) {
        double largest = -INFINITY;
        for (int c = 0; c < k; c++) {
            terms[c] = alphas[c] + log_determinant[c] -
                       0.5 * distance(d, x + i * d, means + c * d, diagonal + c * d, icf + c * width, deltas + c * d,
                                      scaleds + c * d);
            if (terms[c] > largest) largest = terms[c];
        }
        double weight = 0.0;
        for (int c = 0; c < k; c++) {
            terms[c] = exp(terms[c] - largest);
            weight += terms[c];
        }
        total += largest + log(weight);

        for (int c = 0; c < k; c++) {
            const double share = terms[c] / weight;
            const double *restrict delta = deltas + c * d, *restrict scaled = scaleds + c * d;
            const double *restrict diag = diagonal + c * d;
            double *restrict d_mean = d_means + c * d, *restrict d_diag = d_diagonal + c * d;
            d_alphas[c] += share;
            d_log_determinant[c] += share;
            for (int a = 0; a < d; a++) d_scaled[a] = -share * scaled[a];
            const double *restrict column = icf + c * width + d;
            double *restrict d_column = d_icf + c * width + d;
            for (int b = 0; b < d; b++) {
                const double v = delta[b];
                double d_delta = d_scaled[b] * diag[b];
                d_diag[b] += d_scaled[b] * v;
                for (int a = b + 1; a < d; a++) {
                    d_column[a - b - 1] += d_scaled[a] * v;
                    d_delta += column[a - b - 1] * d_scaled[a];
                }
                d_mean[b] -= d_delta;
                column += d - b - 1;
                d_column += d - b - 1;
            }
        }
    }
    total += prior_and_normaliser(d, k, n, alphas, icf, diagonal, log_determinant, gamma, m, &normaliser);
    for (int c = 0; c < k; c++) {
        d_alphas[c] -= n * exp(alphas[c]) / normaliser;
        d_log_determinant[c] -= m;
        for (int a = 0; a < d; a++) {
            const double q = diagonal[c * d + a];
            d_icf[c * width + a] += (d_diagonal[c * d + a] + gamma * gamma * q) * q + d_log_determinant[c];
        }
        for (int p = d; p < width; p++) d_icf[c * width + p] += gamma * gamma * icf[c * width + p];
    }
    free(diagonal);
    return total;
}
