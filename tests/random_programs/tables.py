"""What the wide programs are made of. Holes: <s> a number, <v> a vector of three, <A> a matrix, <i> an index, <b> a condition,
<L> a list of numbers; <sn>, <vn>, <An> names of such."""

NUMBERS = (
    "<s> + <s>",
    "<s> * <s>",
    "<s> - <s>",
    "0.5 * <s>",
    "np.sin(<s>)",
    "math.tanh(<s>)",
    "<s> / (1.5 + <sn> * <sn>)",
    "<s> ** 2",
    "abs(<s>)",
    "math.exp(-abs(<s>))",
    "max(<s>, <s> + 0.137)",
    "min(<s>, <s> - 0.219)",
    "<s> if <b> else <s>",
    "math.floor(<s> * 1.7)",
    "<s> // 0.37",
    "<s> % 0.73",
    "int(<s> * 2.3)",
    "round(<s> * 1.3)",
    "math.hypot(<s>, 1.3, <s>)",
    "math.copysign(<s>, -1.0)",
    "<v>[<i>]",
    "<v>[<i>] * <s>",
    "<A>[<i>, <i>]",
    "np.sum(<v>)",
    "<v>.sum()",
    "np.dot(<v>, <v>)",
    "<v> @ <v>",
    "np.max(<v>)",
    "<v>.min()",
    "np.max(<v>, initial=0.2)",
    "np.mean(<v>)",
    "np.prod(<v>)",
    "np.std(<v>)",
    "np.var(<v>, ddof=1)",
    "np.linalg.norm(<v>)",
    "np.sum(<v>, where=<v> > 0.137)",
    "np.sum(<v>[<v> > 0.137])",
    "np.sum(<v>[1:] - <v>[:-1])",
    "np.sum(<A>)",
    "np.trace(<A>)",
    "np.sum(np.where(<v> > 0.137, <v>, <s>))",
    "np.sum(<v> > 0.137)",
    "np.argmax(<v>)",
    "<v>[np.argmin(<v>)]",
    "float(n)",
    "len(<v>)",
    "sum(<L>)",
    "<L>[0]",
    "<L>[-1] * <s>",
    "max(<L>)",
    "one[0]",
    "np.sum(one * <v>)",
    "np.sum(none)",
    "np.prod(none)",
    "np.sum(none * <s>)",
    "sum(q * q for q in <v>)",
    "sum([q for q in <v> if q > 0.137])",
    "np.median(<v>)",
    "np.count_nonzero(<v> > 0.137)",
)

VECTORS = (
    "<v> + <v>",
    "<v> - <s>",
    "<v> * <v>",
    "<v> * <s>",
    "-<v>",
    "<v> ** 2",
    "np.sin(<v>)",
    "np.tanh(<v> * <v>)",
    "np.exp(-np.abs(<v>))",
    "<v> / (1.5 + <vn> * <vn>)",
    "np.sign(<v>)",
    "np.floor(<v> * 1.7)",
    "np.ceil(<v>)",
    "np.rint(<v> * 2.3)",
    "np.trunc(<v> * 1.9)",
    "np.round(<v>, 1)",
    "<v>.round()",
    "<v> // 0.37",
    "<v> % 0.73",
    "np.fmod(<v>, 0.73)",
    "(<v> > 0.137) * <s>",
    "(<v> > 0.137).astype(float)",
    "np.argsort(<v>) * 0.5",
    "<vn>[np.argsort(<vn>)]",
    "np.sort(<v>)",
    "np.ones(3)",
    "np.zeros(3)",
    "np.ones_like(<v>)",
    "np.zeros_like(<v>)",
    "np.empty(3) * 0.0 if False else np.zeros(3)",
    "np.full(3, 1.5)",
    "np.full(3, <s>)",
    "np.full_like(<v>, <s>)",
    "np.cumsum(np.ones(3))",
    "np.cumsum(<v>)",
    "np.cumprod(<v>)",
    "np.cumprod(np.full(3, 1.5))",
    "np.linspace(0.1, 0.9, 3)",
    "np.linspace(0.1, <s>, 3)",
    "np.arange(3) * 0.5",
    "np.arange(3.0)",
    "np.ones((3, 3)) @ np.ones(3)",
    "np.ones((3, 3)) @ <v>",
    "<A> @ <v>",
    "<v> @ <A>",
    "<A>[<i>]",
    "<A>[:, <i>]",
    "<A>.sum(axis=0)",
    "np.mean(<A>, axis=1)",
    "<A>.max(axis=0)",
    "np.min(<A>, axis=-1)",
    "np.prod(<A>, 1)",
    "np.std(<A>, axis=0)",
    "np.sum(<A>, axis=1, keepdims=True)[:, 0]",
    "np.sum(<A>, axis=0, where=<A> > 0.137)",
    "np.max(<A>, axis=0, initial=0.2)",
    "np.linalg.norm(<A>, axis=1)",
    "np.diag(<A>)",
    "np.diag(<A>).copy()",
    "np.where(<v> > 0.137, <v>, <v>)",
    "np.where(<b>, <v>, <s>)",
    "np.maximum(<v>, <v> + 0.137)",
    "np.minimum(<v>, 0.219)",
    "np.fmax(<v>, <s>)",
    "np.clip(<v>, -0.437, 0.591)",
    "np.abs(<v>)",
    "np.copysign(<v>, 1.3)",
    "np.hypot(<v>, 1.3)",
    "np.logaddexp(<v>, <s>)",
    "<v>[::-1]",
    "<v>.copy()",
    "<v> if <b> else <v>",
    "np.array([<s>, <s>, <s>])",
    "np.array([1.0, 2.0, 3.0])",
    "np.array([q * 0.5 for q in <v>])",
    "np.concatenate((<v>[:1], <v>[1:]))",
    "np.concatenate((none, <v>))",
    "np.append(<v>[:2], <s>)",
    "np.stack([<v>, <v>])[1]",
    "np.roll(<v>, 1)",
    "np.repeat(one, 3)",
    "np.tile(one, 3)",
    "<v> + one",
    "np.broadcast_to(one, (3,))",
    "np.outer(<v>, <v>)[<i>]",
    "np.diff(np.append(<v>, <s>))",
    "<A>.reshape(9)[2:5]",
    "<A>.T[<i>]",
    "np.take(<v>, [2, 0, 1])",
    "<v>[[2, 0, 0]]",
    "<v>[np.array([True, True, True])]",
)

MATRICES = (
    "<A> * <A>",
    "<A> + <A>.T",
    "<A> - <v>",
    "<A> * <s>",
    "<A> @ <A>",
    "<A>.T",
    "<A>[::-1]",
    "<A>.copy()",
    "np.sin(<A>)",
    "np.floor(<A> * 1.7)",
    "<A> // 0.37",
    "np.outer(<v>, <v>)",
    "<v>[:, None] * <v>",
    "np.eye(3)",
    "np.zeros((3, 3))",
    "np.ones((3, 3))",
    "np.cumsum(np.ones((3, 3)), axis=0)",
    "np.full((3, 3), <s>)",
    "np.diag(<v>)",
    "<A> - np.mean(<A>, axis=0)",
    "<A> / (1.5 + np.sum(<An> * <An>, axis=1, keepdims=True))",
    "np.cumsum(<A>, axis=1)",
    "np.stack([<v>, <v>, <v>])",
    "np.array([<v>, <v>, <v>])",
    "np.vstack((<v>, <A>[1:]))",
    "np.sort(<A>, axis=0)",
    "np.where(<A> > 0.137, <A>, 0.0)",
    "np.maximum(<A>, <A> + 0.137)",
    "np.tril(<A>)",
    "<A>.reshape(9).reshape(3, 3)",
    "np.tile(<v>, (3, 1))",
    "<A> if <b> else <A>",
    "np.array([[<s>, 0.5, 1.0], [1.0, <s>, 0.0], [0.0, 1.0, <s>]])",
)

# (NumPy's `=` between overlapping views of different strides may read what it wrote, so that what is stored is made anew.)
STORES = (
    "<vn>[<i>] = <s>",
    "<vn>[<i>] += <s>",
    "<vn>[<i>] *= <s>",
    "<vn>[:] = <v> * 1.0",
    "<vn> += <v>",
    "<vn> -= <s>",
    "<vn> *= <v>",
    "<vn> /= 1.5",
    "<vn>[1:] = <v>[:-1] * <s>",
    "<vn>[1:] += <v>[:2]",
    "<vn>[:2] = <s>",
    "<vn>[::2] *= <s>",
    "<vn>[<v> > 0.137] = <s>",
    "<vn>[<v> > 0.137] += <s>",
    "<vn>[[2, 0]] = <s>",
    "<vn>[[1, 0]] += <v>[:2]",
    "<vn>[[0, 0]] += <v>[1:]",
    "<vn>[np.argsort(<v>)] = <v> * 1.0",
    "<vn>[int(abs(<sn>) * 3.1) % 3] = <s>",
    "<vn>, <vn> = <vn>, <vn>",
    "<An>[<i>] = <v> * <s>",
    "<An>[:, <i>] += <v>",
    "<An>[<i>, <i>] = <s>",
    "<An> *= <s>",
    "<An>[<A> > 0.137] *= 0.5",
    "<An>[:] = <A> * 1.0",
    "<An>[1:] = <A>[:-1] * <s>",
    "np.sum(<A>, axis=0, out=<vn>)",
    "np.add(<v>, <v>, out=<vn>)",
    "np.sin(<v>, out=<vn>)",
    "np.multiply(<v>, <s>, out=<vn>)",
    "<A>.mean(axis=1, out=<vn>)",
    "np.maximum(<v>, 0.137, out=<vn>)",
    "np.floor(<v> * 1.7, out=<vn>)",
    "<vn>.fill(<s>)",
    "<vn>.sort()",
)

LINES = (
    "for p, q in zip(<v>, <v>):|    <sn> += p * q",
    "for k, (p, q) in enumerate(zip(<v>, <v>)):|    <vn>[k] = p * q",
    "<sn>, (p, q) = <s>, (<s>, <v>)|<vn> = q * p",
    "p, q, r = <v>|<sn> += p * q - r",
    "<sn> = (q := <s>) * q",
    "<vn> = np.array([[p * q for p in <v>] for q in <v>])[<i>]",
    "<vn> = np.array([p * q for p in L for q in <v>])[1:4]",
    "<sn> = sum((q for q in <v>), <s>)",
    "<sn> += 1.0 if 0.1171 < <s> < 0.9171 else <s>",
    "<sn> = <s> and <s>",
    "<sn> = <s> or 0.5",
    "k = np.arange(3)|k[0] = 2|<vn> = <v>[k]",
    "k = np.argsort(<v>)|<vn>[k[:2]] = <v>[k[1:]]",
    "k = int(np.argmax(<v>))|<vn>[k] *= <s>",
    "k = 0|for q in <v>:|    k += q > 0.137|<sn> += k",
    "mask = <v> > 0.137|<vn>[mask] = <v>[mask]",
    "mask = (<v> > 0.137) & ~(<v> > 0.717)|<vn>[mask] *= <s>",
    "mask = <v> > 0.137|<vn>[~mask] += <v>[~mask] * <s>",
    "<An>.T[<i>] = <v> * <s>",
    "<An>[[0, 2]] = <A>[[2, 0]]",
    "<An>[[0, 2], [1, 1]] += <s>",
    "<An>[:, ::-1][<i>] += <v>",
    "<An> @= <A>",
    "<An>[np.arange(3), np.argsort(<v>)] = <v> * 1.0",
    "<An>[<v> > 0.137] = <v> * 1.0",
    "<An>[:, <v> > 0.137] *= <s>",
    "<An>[1:, 1:] = <A>[:2, :2] * <s>",
    "pair = Pair(<s>, <v>)|<sn> = pair.left * np.sum(pair.right)",
    "pair = Pair(<s>, <v>)|<sn>, <vn> = pair",
    "pair = Pair(<s>, <v>)._replace(left=<s>)|<sn> = pair.left",
    "box = Box(<s>, <v>)|box.left += <s>|box.right[<i>] = <s>|<vn> = box.right|<sn> = box.left",
    "box = Box(<s>, <v>)|for q in <v>:|    box.left = box.left * 0.5 + q|<sn> = box.left",
    "box = Box(<s>, <v>)|box.left, <sn> = <sn>, box.left|<vn> += box.right * box.left",
    "boxes = [Box(q, <v>) for q in L]|boxes[0].left *= <s>|<sn> += sum([b.left for b in boxes])",
    "<sn> = scaled(<s>)",
    "<sn> = scaled(<s>, shift=<s>)",
    "<sn> = total(<s>, *<v>)",
    "<sn> = total(*L)",
    "<sn> = curried(<s>)(<s>)",
    "<sn> = counted(<v>)()",
    "p = <v> if <b> else None|<sn> += 0.5 if p is None else np.sum(p)",
    "p, q = extremes(<v>)|<sn> += p * q",
    "<sn> += np.sum(np.array([]))",
    "<vn> = np.zeros(3)|for k in range(3):|    <vn>[k] = <s> * k",
    "p = np.zeros((2, 3))|p[0] = <v>|p[1] = p[0] * <s>|<vn> = p.sum(axis=0)",
    "p = []|for q in <v>:|    p.append(q * <s>)|<vn> = np.array(p)",
    "p = []|for q in <v>:|    if q > 0.137:|        p.append(q)|<sn> += sum(p) * len(p)",
    "p = [<s>]|while len(p) < 4:|    p.append(p[-1] * 0.5)|<sn> = p.pop() + p[0]",
    "p = {}|p['u'] = <s>|p['w'] = <v>|for key in p:|    <sn> += np.sum(p[key])",
    "p = {k: q for k, q in zip(('u', 'w'), L)}|<sn> += p['u'] * p['w']",
    "p = [[<s>, <s>], [<s>]]|p[1].append(<s>)|p[0][1] *= 2.0|<sn> = sum([sum(q) for q in p])",
    "p = np.array([L, L])|p[0] *= <s>|<sn> += np.sum(p[0] * p[1])",
    "p = ep.jacobian(lambda t: t * t * <vn>)(<v>)|<vn> = p @ <v>",
    "p = ep.hessian(lambda t: np.sum(t**3) * <sn>)(<v>)|<An> = p",
    "p, q = ep.grad(lambda t, u: np.sum(t * t) * u, (0, 1))(<v>, <s>)|<vn> = p|<sn> = q",
    "p, back = ep.vjp(lambda t: t * t * <vn>, <v>)|<vn> = back(<v>)[0] + p",
    "p, q = ep.jvp(lambda t: t * <vn>, (<v>,), (<v>,))|<vn> = p + q",
    "p = ep.grad(lambda t: t[0] * t[1] * <sn>)([float(<s>), float(<s>)])|<sn> = p[0] + p[1]",
    "p = ep.grad(lambda t: t['u'] * t['w'] * <sn>)({'u': float(<s>), 'w': float(<s>)})|<sn> = p['u']",
    "<sn> = newton(<s>)",
    "<vn> = descent(<v>, <s>)",
)

INNER_OF_NUMBER = (
    "t * t * <sn>",
    "t * <sn>",
    "np.sin(t * <sn>)",
    "t**3",
    "<sn>",
    "t * t * L[0]",
    "t * <vn>[<i>] * t",
    "np.sum(<vn> * t * t)",
    "(t * t if t > 0.1371 else t * <sn>)",
    "t / (1.5 + t * <sn> * t)",
    "np.sum((t * <vn>) ** 2)",
    "abs(t) * <sn>",
)

INNER_OF_VECTOR = (
    "np.sum(t * t * <vn>)",
    "np.dot(t, <vn>)",
    "np.sum(np.sin(t) * <sn>)",
    "t[0] * t[1] * <sn>",
    "np.sum(t**3)",
    "np.sum(t[1:] * t[:-1])",
    "np.sum((<An> @ t) ** 2)",
    "np.sum(np.cumsum(t) * <vn>)",
    "np.prod(t)",
    "np.sum(np.abs(t) * t)",
    "np.sum(<vn>)",
)

SINGLE_PRECISION = {
    "s": (
        "<v>.astype(np.float32)[<i>]",
        "np.float32(<s>)",
        "np.sum(g)",
        "float(g[<i>])",
        "np.sum(<v>, dtype=np.float32)",
        "max(<s>, g[<i>])",
    ),
    "v": (
        "<v>.astype(np.float32)",
        "g * <s>",
        "g + <v>",
        "g * 0.5",
        "np.zeros(3, dtype=np.float32)",
        "np.ones(3, np.float32) * <s>",
        "np.full(3, <s>, dtype=np.float32)",
        "np.array([1.0, 2.0, 3.0], dtype=np.float32)",
        "np.floor(g * 1.7)",
        "np.where(g > 0.137, g, <v>)",
        "np.cumsum(g)",
    ),
}

HELPER_TEXT = """
def bump(v, s):
    v[0] = s * v[1]
    return v[0]


def halve(v, s):
    v *= 0.5
    return np.sum(v) * s


def fill_up(v, s):
    for k in range(1, len(v)):
        v[k] = v[k - 1] * s
    return v[-1]


def some(v, s):
    for k in range(len(v)):
        if v[k] > 0.3171:
            v[k] = s
            return v[k] * 2.0
    return s


def deeper(v, s, m=2):
    if m <= 0:
        return s
    v[m] += s * v[m - 1]
    return deeper(v, v[m] * 0.5, m - 1)


def slope(v, s):
    v[1] = s
    return ep.grad(lambda t: t * t * v[1])(v[0])


def slopes(v, s, m=2):
    if m <= 0:
        return s
    return slopes(v, s * 0.5, m - 1) * ep.grad(lambda t: t * t * v[m])(s)


def rounded(v, s):
    w = np.floor(v * 1.7)
    w[1] = s
    return np.sum(w * v)
"""

HELPERS = {text.split("(")[0].removeprefix("def "): text for text in HELPER_TEXT.strip().split("\n\n\n")}
"""Functions that write what they are given, or differentiate inside, by name."""

CLASSES = """
class Pair(NamedTuple):
    left: float
    right: np.ndarray


@dataclass
class Box:
    left: float
    right: np.ndarray


def scaled(t, scale=1.5, shift=0.5):
    return t * scale + shift


def total(*parts):
    result = 0.0
    for part in parts:
        result = result * 0.5 + part
    return result


def curried(t):
    def inner(u):
        return t * u + t

    return inner


def counted(v):
    count = 0.0

    def more():
        nonlocal count
        for q in v:
            count += q
        return count

    more()
    return more


def extremes(v):
    low = high = v[0]
    for q in v[1:]:
        if q < low:
            low = q
        elif q > high:
            high = q
    return low, high


def newton(s):
    for _ in range(2):
        s = s - (s * s * s - 2.0) / (1.0 + abs(ep.grad(lambda t: t * t * t - 2.0)(s)))
    return s


def descent(v, rate):
    for k in range(2):
        v = v - 0.1 * rate * ep.grad(lambda t: np.sum((t - 1.0) ** 2 * t) + k * t[0])(v)
    return v
"""
"""What stands at the top of every module."""
