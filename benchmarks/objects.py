"""Programs written with classes beside the same programs on plain arrays: gradients, warm.

make -C benchmarks objects
"""

import numpy as np

import everypath as ep
from benchmarks.timing import interleaved, on_one_core, table, versions


class Lstm:
    """A long short-term memory, cell by cell."""

    def __init__(self, size, inputs, draw):
        self.size = size
        self.forget, self.take, self.give, self.new = (0.3 * draw.normal(size=(size, size + inputs)) for _ in range(4))
        self.biases = [np.zeros(size) for _ in range(4)]

    def gate(self, x):
        return 1.0 / (1.0 + np.exp(-x))

    def step(self, x, h, c):
        z = np.concatenate([h, x])
        f = self.gate(self.forget @ z + self.biases[0])
        i = self.gate(self.take @ z + self.biases[1])
        o = self.gate(self.give @ z + self.biases[2])
        c = f * c + i * np.tanh(self.new @ z + self.biases[3])
        return o * np.tanh(c), c

    def loss(self, xs):
        h, c, total = np.zeros(self.size), np.zeros(self.size), 0.0
        for x in xs:
            h, c = self.step(x, h, c)
            total = total + np.sum(h * h)
        return total


def gate(x):
    return 1.0 / (1.0 + np.exp(-x))


def step(forget, take, give, new, biases, x, h, c):
    z = np.concatenate([h, x])
    f = gate(forget @ z + biases[0])
    i = gate(take @ z + biases[1])
    o = gate(give @ z + biases[2])
    c = f * c + i * np.tanh(new @ z + biases[3])
    return o * np.tanh(c), c


def loss(forget, take, give, new, biases, size, xs):
    h, c, total = np.zeros(size), np.zeros(size), 0.0
    for x in xs:
        h, c = step(forget, take, give, new, biases, x, h, c)
        total = total + np.sum(h * h)
    return total


class Body:
    def __init__(self, mass, x, y, u, v):
        self.mass, self.x, self.y, self.u, self.v = mass, x, y, u, v

    def pull(self, other):
        dx, dy = other.x - self.x, other.y - self.y
        k = other.mass / (dx * dx + dy * dy + 0.01) ** 1.5
        return k * dx, k * dy

    def step(self, force, dt):
        self.u += force[0] * dt
        self.v += force[1] * dt
        self.x += self.u * dt
        self.y += self.v * dt


class System:
    def __init__(self, speed):
        self.bodies = [Body(1.0, 0.0, 0.0, 0.0, 0.0), Body(0.1, 1.0, 0.0, 0.0, speed), Body(0.05, 0.0, 2.0, -0.6, 0.0)]

    def energy(self):
        return sum(0.5 * b.mass * (b.u * b.u + b.v * b.v) for b in self.bodies)

    def run(self, steps, dt):
        for _ in range(steps):
            forces = []
            for a in self.bodies:
                fx = fy = 0.0
                for b in self.bodies:
                    if b is not a:
                        px, py = a.pull(b)
                        fx += px
                        fy += py
                forces.append((fx, fy))
            for body, force in zip(self.bodies, forces, strict=True):
                body.step(force, dt)
        return self.energy()


def with_bodies(speed, steps):
    return System(speed).run(steps, 0.001)


def pull(ax, ay, bx, by, mass):
    dx, dy = bx - ax, by - ay
    k = mass / (dx * dx + dy * dy + 0.01) ** 1.5
    return k * dx, k * dy


def with_numbers(speed, steps):
    m0, m1, m2, dt = 1.0, 0.1, 0.05, 0.001
    x0, y0, u0, v0 = 0.0, 0.0, 0.0, 0.0
    x1, y1, u1, v1 = 1.0, 0.0, 0.0, speed
    x2, y2, u2, v2 = 0.0, 2.0, -0.6, 0.0
    for _ in range(steps):
        a, b = pull(x0, y0, x1, y1, m1), pull(x0, y0, x2, y2, m2)
        c, d = pull(x1, y1, x0, y0, m0), pull(x1, y1, x2, y2, m2)
        e, f = pull(x2, y2, x0, y0, m0), pull(x2, y2, x1, y1, m1)
        u0, v0 = u0 + (a[0] + b[0]) * dt, v0 + (a[1] + b[1]) * dt
        x0, y0 = x0 + u0 * dt, y0 + v0 * dt
        u1, v1 = u1 + (c[0] + d[0]) * dt, v1 + (c[1] + d[1]) * dt
        x1, y1 = x1 + u1 * dt, y1 + v1 * dt
        u2, v2 = u2 + (e[0] + f[0]) * dt, v2 + (e[1] + f[1]) * dt
        x2, y2 = x2 + u2 * dt, y2 + v2 * dt
    return 0.5 * m0 * (u0 * u0 + v0 * v0) + 0.5 * m1 * (u1 * u1 + v1 * v1) + 0.5 * m2 * (u2 * u2 + v2 * v2)


class Line:
    def __init__(self, slope, height):
        self.slope, self.height = slope, height

    def at(self, x):
        return self.slope * x * x + self.height


def line(slope, height, x):
    return slope * x * x + height


def main() -> None:
    """Measure and print."""
    on_one_core("benchmarks.objects")
    print(versions("everypath", "numpy", "llvmlite"))
    draw = np.random.default_rng(0)
    lstm, xs = Lstm(32, 8, draw), draw.normal(size=(100, 8))
    parts = (lstm.forget, lstm.take, lstm.give, lstm.new, lstm.biases)
    of_object, of_arrays = ep.grad(Lstm.loss), ep.grad(loss, (0, 1, 2, 3, 4))
    np.testing.assert_allclose(of_object(lstm, xs)["take"], of_arrays(*parts, 32, xs)[1], rtol=1e-12)
    table(
        "LSTM, 32 cells, 100 steps: gradient in all weights",
        interleaved({"a class": lambda: of_object(lstm, xs), "arrays": lambda: of_arrays(*parts, 32, xs)}, 200),
        "arrays",
    )
    bodies, numbers = ep.grad(with_bodies), ep.grad(with_numbers)
    np.testing.assert_allclose(bodies(0.9, 2000), numbers(0.9, 2000), rtol=1e-9)
    table(
        "Three bodies, 2,000 steps: gradient in a speed",
        interleaved({"objects": lambda: bodies(0.9, 2000), "numbers": lambda: numbers(0.9, 2000)}, 200),
        "numbers",
    )
    method, function, held = ep.grad(Line(2.0, 1.0).at), ep.grad(line, 2), (2.0, 1.0)

    def thousand(call, *args):
        for _ in range(1000):
            call(*args)

    table(
        "A thousand calls of a gradient of one number",
        interleaved({"a method": lambda: thousand(method, 1.5), "a function": lambda: thousand(function, *held, 1.5)}, 50),
        "a function",
    )


if __name__ == "__main__":
    main()
