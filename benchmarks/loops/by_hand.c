/* The three programs of programs.py and their adjoints, by hand. Each keeps the states that its loop goes through and takes
   them backwards. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

void recurrence(int n, const double *restrict a, const double *restrict b, double *restrict d_a, double *restrict d_b) {
    double *restrict x = malloc(sizeof(double) * n);
    x[0] = 1.0;
    for (int i = 1; i < n; i++) x[i] = a[i] * x[i - 1] + sin(b[i] * x[i - 1]);
    double d_x = 0.0;
    for (int i = n - 1; i > 0; i--) {
        d_x += 2.0 * x[i];
        const double d_angle = d_x * cos(b[i] * x[i - 1]);
        d_a[i] = d_x * x[i - 1];
        d_b[i] = d_angle * x[i - 1];
        d_x = d_x * a[i] + d_angle * b[i];
    }
    d_a[0] = d_b[0] = 0.0;
    free(x);
}

static inline void step(int n, int m, const double *restrict u, const double *restrict c, double *restrict v) {
    for (int i = 1; i < n - 1; i++)
        for (int j = 1; j < m - 1; j++) {
            const int k = i * m + j;
            v[k] = u[k] + c[k] * (u[k - m] + u[k + m] + u[k - 1] + u[k + 1] - 4.0 * u[k]);
        }
}

static inline void step_back(int n, int m, const double *restrict u, const double *restrict c, const double *restrict d_v,
                             double *restrict d_u, double *restrict d_c) {
    memcpy(d_u, d_v, sizeof(double) * n * m);
    for (int i = 1; i < n - 1; i++)
        for (int j = 1; j < m - 1; j++) {
            const int k = i * m + j;
            const double d_sum = d_v[k] * c[k];
            d_c[k] += d_v[k] * (u[k - m] + u[k + m] + u[k - 1] + u[k + 1] - 4.0 * u[k]);
            d_u[k] -= 4.0 * d_sum;
            d_u[k - m] += d_sum;
            d_u[k + m] += d_sum;
            d_u[k - 1] += d_sum;
            d_u[k + 1] += d_sum;
        }
}

void stencil(int n, int m, const double *restrict start, const double *restrict c, int steps, double *restrict d_start,
             double *restrict d_c) {
    const size_t size = (size_t)n * m;
    double *u = malloc(sizeof(double) * size * (steps + 3));
    double *d_u = u + size * (steps + 1), *d_v = d_u + size;
    memcpy(u, start, sizeof(double) * size);
    for (int t = 0; t < steps; t++) {
        memcpy(u + (t + 1) * size, u + t * size, sizeof(double) * size);
        step(n, m, u + t * size, c, u + (t + 1) * size);
    }
    for (size_t k = 0; k < size; k++) d_v[k] = 2.0 * u[steps * size + k];
    memset(d_c, 0, sizeof(double) * size);
    for (int t = steps - 1; t >= 0; t--) {
        step_back(n, m, u + t * size, c, d_v, d_u, d_c);
        double *swap = d_u;
        d_u = d_v;
        d_v = swap;
    }
    memcpy(d_start, d_v, sizeof(double) * size);
    free(u);
}

typedef struct { double x, y; } pair;

static inline pair rates(pair s, const double *p) {
    return (pair){p[0] * s.x - p[1] * s.x * s.y, p[3] * s.x * s.y - p[2] * s.y};
}

/* the adjoint of rates at s, for the cotangent d: adds to d_p and answers with the cotangent of s */
static inline pair rates_back(pair s, const double *p, pair d, double *d_p) {
    d_p[0] += d.x * s.x;
    d_p[1] -= d.x * s.x * s.y;
    d_p[2] -= d.y * s.y;
    d_p[3] += d.y * s.x * s.y;
    return (pair){d.x * (p[0] - p[1] * s.y) + d.y * p[3] * s.y, -d.x * p[1] * s.x + d.y * (p[3] * s.x - p[2])};
}

static inline pair plus(pair s, double h, pair k) { return (pair){s.x + h * k.x, s.y + h * k.y}; }

void orbit(double x, double y, const double *restrict p, double h, int steps, double *restrict out) {
    pair *states = malloc(sizeof(pair) * (steps + 1));
    states[0] = (pair){x, y};
    for (int t = 0; t < steps; t++) {
        const pair s = states[t], k1 = rates(s, p), k2 = rates(plus(s, 0.5 * h, k1), p), k3 = rates(plus(s, 0.5 * h, k2), p);
        const pair k4 = rates(plus(s, h, k3), p);
        states[t + 1] = (pair){s.x + h / 6.0 * (k1.x + 2.0 * k2.x + 2.0 * k3.x + k4.x),
                               s.y + h / 6.0 * (k1.y + 2.0 * k2.y + 2.0 * k3.y + k4.y)};
    }
    pair d = {states[steps].y, states[steps].x};
    double d_p[4] = {0.0, 0.0, 0.0, 0.0};
    for (int t = steps - 1; t >= 0; t--) {
        const pair s = states[t], k1 = rates(s, p), s2 = plus(s, 0.5 * h, k1), k2 = rates(s2, p), s3 = plus(s, 0.5 * h, k2);
        const pair k3 = rates(s3, p), s4 = plus(s, h, k3);
        const pair d4 = rates_back(s4, p, (pair){h / 6.0 * d.x, h / 6.0 * d.y}, d_p);
        const pair d3 = rates_back(s3, p, (pair){h / 3.0 * d.x + h * d4.x, h / 3.0 * d.y + h * d4.y}, d_p);
        const pair d2 = rates_back(s2, p, (pair){h / 3.0 * d.x + 0.5 * h * d3.x, h / 3.0 * d.y + 0.5 * h * d3.y}, d_p);
        const pair d1 = rates_back(s, p, (pair){h / 6.0 * d.x + 0.5 * h * d2.x, h / 6.0 * d.y + 0.5 * h * d2.y}, d_p);
        d = (pair){d.x + d1.x + d2.x + d3.x + d4.x, d.y + d1.y + d2.y + d3.y + d4.y};
    }
    out[0] = d.x;
    out[1] = d.y;
    memcpy(out + 2, d_p, sizeof d_p);
    free(states);
}
