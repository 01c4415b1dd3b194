"""`cohort effects`: effect sizes of any matrix of distances or column of numbers, recomputed here with NumPy."""

import itertools
import json

import cohort_program
from cohort_program import ProgramTest, numpy

try:
    from scipy import stats
except ImportError:
    stats = None

RULES, ARCHITECTURES, SEEDS = ("bptt", "eprop", "rflo"), ("ctrnn/units=10,tau=2", "gru"), 5
T_QUANTILE = {3: 3.182446305284263, 4: 2.7764451051977987}  # t(.975) of 3 and 4 degrees of freedom


def design():
    return [(rule, architecture, seed) for rule in range(3) for architecture in range(2) for seed in range(SEEDS)]


def points(runs, generator):
    effects = {name: generator.normal(size=(n, 8)) for name, n in (("rule", 3), ("architecture", 2), ("seed", SEEDS))}
    return numpy.array([.4 * effects["rule"][r] + effects["architecture"][a] + .5 * effects["seed"][s] +
                        generator.normal(size=8) for r, a, s in runs])


def distances_of(values):
    return numpy.sqrt(((values[:, None] - values[None]) ** 2).sum(-1))


def dummies(*columns):
    """Ones, and a column per level of each."""
    parts = [numpy.ones((len(columns[0]), 1))] if columns else []
    return numpy.hstack(parts + [numpy.eye(max(column) + 1)[list(column)] for column in columns])


def projected(g, columns):
    u, values, _ = numpy.linalg.svd(columns, full_matrices=False)
    u = u[:, values > 1e-9 * values[0]]
    return numpy.trace(u.T @ g @ u)


def gower(d):
    centre = numpy.eye(len(d)) - 1 / len(d)
    return -.5 * centre @ d ** 2 @ centre


def across_seeds(d, runs, without=None):
    """Shares of rule and architecture from pairs of different seeds, by the definition: Delta over pairs of cells."""
    delta = numpy.full((6, 6), numpy.nan)
    cells = numpy.array([2 * r + a for r, a, _ in runs])
    seeds = numpy.array([s for _, _, s in runs])
    usable = (seeds[:, None] != seeds[None]) & (seeds != without)[:, None] & (seeds != without)[None]
    for c in range(6):
        for other in range(6):
            delta[c, other] = (d ** 2)[numpy.ix_(cells == c, cells == other)][usable[numpy.ix_(cells == c, cells == other)]].mean()
    mean = numpy.full((6, 6), 1 / 6)
    rule = numpy.kron(numpy.eye(3), numpy.full((2, 2), 1 / 2)) - mean
    architecture = numpy.kron(numpy.full((3, 3), 1 / 3), numpy.eye(2)) - mean
    return [-numpy.trace(h @ delta) / 12 / (delta.mean() / 2) for h in (rule, architecture)]


class EffectsTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.generator = numpy.random.default_rng(1)
        cls.runs = design()
        cls.distances = distances_of(points(cls.runs, cls.generator))
        cls.response = [r + 2 * a + .3 * s + cls.generator.normal() for r, a, s in cls.runs]
        cls.save("d.npy", "labels.csv", cls.distances, cls.runs, cls.response)

    @classmethod
    def save(cls, matrix, labels, distances, runs, response=None):
        if matrix:
            numpy.save(cls.path(matrix), distances)
        lines = ["rule,architecture,seed" + (",error" if response else "")]
        for i, (r, a, s) in enumerate(runs):
            lines.append(f'{RULES[r]},"{ARCHITECTURES[a]}",{s}' + (f",{response[i]!r}" if response else ""))
        cls.write(labels, "\r\n".join(lines) + "\r\n")

    def effects(self, *arguments):
        return json.loads(self.cohort("effects", *arguments, "--json").out)

    def assert_table(self, table, d, runs):
        """Sums of squares of both types, shares across seeds and their jackknife."""
        g = gower(d)
        rule, architecture, seed = zip(*runs)
        both = [2 * r + a for r, a in zip(rule, architecture)]
        total = numpy.trace(g)
        terms = {term["term"]: term for term in table["terms"]}
        self.assertEqual(list(terms), ["rule", "architecture", "seed", "rule:architecture"])
        self.assertAlmostEqual(table["total"]["ss"] / total, 1, places=12)
        full = projected(g, dummies(rule, architecture, seed, both))
        self.assertAlmostEqual(table["residual"]["ss"], total - full, places=10)
        expected = {"rule": (projected(g, dummies(rule)),
                             projected(g, dummies(rule, architecture, seed)) - projected(g, dummies(architecture, seed))),
                    "architecture": (projected(g, dummies(rule, architecture)) - projected(g, dummies(rule)),
                                     projected(g, dummies(rule, architecture, seed)) - projected(g, dummies(rule, seed))),
                    "rule:architecture": 2 * (full - projected(g, dummies(rule, architecture, seed)),)}
        for name, (type1, type2) in expected.items():
            self.assertAlmostEqual(terms[name]["type1"]["ss"], type1, places=10)
            self.assertAlmostEqual(terms[name]["type2"]["ss"], type2, places=10)
            self.assertAlmostEqual(terms[name]["type2"]["R2"], type2 / total, places=11)
            residual = table["residual"]["ss"] / table["residual"]["df"]
            self.assertAlmostEqual(terms[name]["type2"]["F"], type2 / terms[name]["df"] / residual, places=9)
        n_seeds = len(set(seed))
        for i, name in enumerate(("rule", "architecture")):
            share = terms[name]["cross_seed"]
            self.assertAlmostEqual(share["estimate"], across_seeds(d, runs)[i], places=12)
            without = numpy.array([across_seeds(d, runs, s)[i] for s in range(n_seeds)])
            numpy.testing.assert_allclose(share["without_seed"], without, atol=1e-12)
            error = numpy.sqrt((n_seeds - 1) / n_seeds * ((without - without.mean()) ** 2).sum())
            self.assertAlmostEqual(share["standard_error"], error, places=12)
            half = T_QUANTILE[n_seeds - 1] * error
            numpy.testing.assert_allclose(share["interval95"], [share["estimate"] - half, share["estimate"] + half],
                                          atol=1e-12)

    def test_a_complete_design(self):
        table = self.effects("d.npy", "labels.csv", "--factors", "rule,architecture")["distances"]
        self.assertTrue(table["balanced"])
        self.assert_table(table, self.distances, self.runs)
        self.assertEqual(table["negative_eigenvalues"], 0)

    def test_missing_runs(self):
        kept = [i for i in range(30) if i not in (3, 11, 28)]
        runs, d = [self.runs[i] for i in kept], self.distances[numpy.ix_(kept, kept)]
        self.save("holes.npy", "holes.csv", d, runs)
        table = self.effects("holes.npy", "holes.csv")["distances"]
        self.assertFalse(table["balanced"])
        self.assertEqual(table["runs"], 27)
        self.assertEqual(table["block"], {"name": "seed", "levels": ["0", "1", "2", "3", "4"]})  # 4 comes up before 3
        self.assert_table(table, d, runs)
        self.assertIn("approximate", table["terms"][0]["test"])

    def test_synchronized_relabellings_are_counted(self):
        term = self.effects("d.npy", "labels.csv", "--factors", "architecture,rule")["distances"]["terms"][1]
        d2, levels = self.distances ** 2, numpy.array([r for r, _, _ in self.runs])
        seeds = numpy.array([s for _, _, s in self.runs])
        sums = {}  # of (level, seed) and (level, seed)
        for a in range(15):
            for b in range(15):
                sums[a, b] = d2[numpy.ix_((levels == a % 3) & (seeds == a // 3), (levels == b % 3) & (seeds == b // 3))].sum()
        orders = list(itertools.permutations(range(3)))
        statistics = []
        for choice in itertools.product(orders, repeat=SEEDS - 1):
            choice = (orders[0], *choice)
            statistics.append(sum(sums[3 * s + choice[s][k], 3 * u + choice[u][k]] for k in range(3)
                                  for s in range(SEEDS) for u in range(s)))
        p = numpy.mean(numpy.array(statistics) <= statistics[0] + 1e-9)
        self.assertAlmostEqual(term["p"], p, places=12)
        self.assertEqual((term["permutations"], term["all_permutations"]), (6 ** 5, True))
        self.assertAlmostEqual(term["p_floor"], 6.0 ** -4, places=14)

    def test_a_response(self):
        table = self.effects("labels.csv", "--response", "error")["response"]
        y = numpy.array(self.response)
        g = numpy.outer(y - y.mean(), y - y.mean())
        rule, architecture, seed = zip(*self.runs)
        ss = projected(g, dummies(rule)) - projected(g, numpy.ones((30, 1)))
        term = table["terms"][0]
        self.assertAlmostEqual(term["type2"]["ss"], ss, places=10)
        self.assertAlmostEqual(term["type2"]["eta2"], ss / numpy.trace(g), places=12)
        if stats:
            p = stats.f.sf(term["type2"]["F"], 2, table["residual"]["df"])
            self.assertAlmostEqual(term["type2"]["p"] / p, 1, places=9)
        means = numpy.array([[numpy.mean([v for v, run in zip(y, self.runs) if run[0] == r and run[2] == s])
                              for s in range(SEEDS)] for r in range(3)])
        contrast = table["contrasts"][0]
        self.assertEqual((contrast["a"], contrast["b"]), ("bptt", "eprop"))
        self.assertAlmostEqual(contrast["difference"], (means[0] - means[1]).mean(), places=12)
        self.assertAlmostEqual(contrast["standard_error"], (means[0] - means[1]).std(ddof=1) / 5 ** .5, places=12)

    def test_a_response_that_some_runs_do_not_have(self):
        response = list(self.response)
        response[4] = response[7] = float("nan")
        self.save(None, "some.csv", None, self.runs, response)
        job = self.cohort("effects", "some.csv", "--response", "error")
        self.assertIn("note: 2 runs have no number in column 'error' and are left out", job.err)
        self.assertIn("28 runs: rule (3) x architecture (2), seed (5); runs are missing", job.out)

    def test_tables_to_read(self):
        out = self.cohort("effects", "d.npy", "labels.csv", "--factors", "rule,architecture").out
        table = self.effects("d.npy", "labels.csv", "--factors", "rule,architecture")["distances"]
        share = table["terms"][1]["cross_seed"]
        low, high = (100 * min(max(x, 0), 1) for x in share["interval95"])
        self.assertRegex(out, rf"\narchitecture +{100 * share['estimate']:.1f} % +"
                              rf"\[{low:.1f}, {high:.1f}\] +1 +0\.\d+ +0\.\d+ ")
        self.assertRegex(out, r"\narchitecture - rule +\d+\.\d % +\[")
        self.assertRegex(out, r"\nsame seed +\d+\.\d % +\[")
        self.assertIn("30 runs: rule (3) x architecture (2), seed (5); one run in every cell and seed\n", out)
        self.assertIn("no p for seed: the seed is a block\n", out)

    def test_free_permutations_are_called_what_they_test(self):
        job = self.cohort("effects", "d.npy", "labels.csv", "--factors", "rule,architecture", "--permutations", "free")
        self.assertIn("free permutations test adonis2's null", job.out)
        term = self.effects("d.npy", "labels.csv", "--permutations", "free", "--factors", "architecture")["distances"]["terms"][0]
        self.assertEqual((term["test"], term["permutations"]), ("free (adonis2's null)", 1000))
        self.assertEqual(term["p"], .001)

    def test_the_same_every_time(self):
        one, other = (self.cohort("effects", "d.npy", "labels.csv", "--response", "error", "--json").out for _ in range(2))
        self.assertEqual(one, other)

    def test_what_is_undefined_has_a_reason(self):
        kept = [i for i in range(30) if self.runs[i][2] < 2]
        self.save("two.npy", "two.csv", self.distances[numpy.ix_(kept, kept)], [self.runs[i] for i in kept])
        out = self.cohort("effects", "two.npy", "two.csv").out
        self.assertIn("no interval for rule, architecture, rule:architecture, same seed: 2 seeds; an interval needs 3\n", out)
        self.assertRegex(out, r"\nrule +-?\d+\.\d % +- ")
        kept = [i for i in range(30) if self.runs[i][2] < 1]
        self.save("one.npy", "one.csv", self.distances[numpy.ix_(kept, kept)], [self.runs[i] for i in kept])
        out = self.cohort("effects", "one.npy", "one.csv").out
        self.assertIn("nothing is left to compare with", out)
        self.assertIn("1 seed, so no pair of different seeds", out)
        job = self.cohort("effects", "one.npy", "one.csv", "--block", "none", "--factors", "rule,architecture")
        self.assertIn("the seeds are not known", job.out)
        self.save("same.npy", "same.csv", numpy.zeros((30, 30)), self.runs)
        self.assertIn("no effects: all distances are 0\n", self.cohort("effects", "same.npy", "same.csv").out)

    def assert_refused(self, arguments, *texts):
        job = self.cohort("effects", *arguments, expect=2)
        self.assertEqual(len(job.err.splitlines()), 1, job.err)
        self.assertEqual(job.out, "")
        for text in texts:
            self.assertIn(text, job.err)
        print(f"\n    {job.err.strip()}", end=" ", flush=True)

    def test_matrices_that_hold_no_distances(self):
        def changed(name, *index_and_value):
            d = self.distances.copy()
            for index, value in zip(index_and_value[::2], index_and_value[1::2]):
                d[index] = value
            numpy.save(self.path(name), d)
            return (name, "labels.csv", "--factors", "rule,architecture")

        self.assert_refused(changed("bad.npy", (2, 7), 9.), "bad.npy: the distances of runs 2 and 7 differ: 9 and ")
        self.assert_refused(changed("bad.npy", (2, 7), numpy.nan), "bad.npy: the distance of runs 2 and 7 is nan")
        self.assert_refused(changed("bad.npy", (2, 7), numpy.inf), "bad.npy: the distance of runs 2 and 7 is inf")
        self.assert_refused(changed("bad.npy", (2, 7), -1., (7, 2), -1.), "runs 2 and 7 is -1 (negative)")
        self.assert_refused(changed("bad.npy", (3, 3), .5), "the distance of run 3 to itself is 0.5, not 0")
        numpy.save(self.path("bad.npy"), numpy.full((30, 30), numpy.nan))
        self.assert_refused(("bad.npy", "labels.csv", "--factors", "rule"), "the distance of runs 0 and 0 is nan")
        numpy.save(self.path("bad.npy"), self.distances[:7, :7])
        self.assert_refused(("bad.npy", "labels.csv", "--factors", "rule"), "bad.npy: 7 runs, and 30 labels in labels.csv")
        numpy.save(self.path("bad.npy"), self.distances[:7])
        self.assert_refused(("bad.npy", "labels.csv", "--factors", "rule"), "bad.npy: its shape is 7 x 30")
        numpy.save(self.path("bad.npy"), self.distances[:0, :0])
        self.assert_refused(("bad.npy", "labels.csv", "--factors", "rule"), "bad.npy: 0 runs, and 30 labels")
        self.assert_refused(("missing.npy", "labels.csv", "--factors", "rule"), "missing.npy: cannot be opened (No such file or directory)")
        self.assert_refused(("labels.csv", "labels.csv", "--factors", "rule"), "labels.csv: ")

    def test_distances_that_differ_by_rounding_are_taken(self):
        single = self.distances.astype(numpy.float32)
        single[2, 7] *= numpy.float32(1 + 1e-7)
        numpy.save(self.path("single.npy"), single)
        self.effects("single.npy", "labels.csv", "--factors", "rule,architecture")

    def test_labels_that_are_none(self):
        def labels(text):
            self.write("bad.csv", text)
            return ("bad.csv", "--response", "y")

        good = "rule,seed,y\na,0,1\na,1,2\nb,0,3\nb,1,5\n"
        self.cohort("effects", *labels(good))
        self.assert_refused(("bad.csv",), "one file is given", "--response COLUMN")
        self.assert_refused(labels(good) + ("--factors", "rul"), "bad.csv: no column is named 'rul'", "Did you mean 'rule'?")
        self.assert_refused(labels(good) + ("--block", "sed"), "no column is named 'sed'", "Did you mean 'seed'?")
        self.assert_refused(("bad.csv", "--response", "z"), "no column is named 'z' (there are: ")
        self.assert_refused(labels(good) + ("--factors", "rule,seed"), "'seed' is a factor and the block")
        self.assert_refused(labels(good) + ("--factors", "rule,y"), "'y' is a factor and the response")
        self.assert_refused(labels(good) + ("--factors", "rule,rule"), "two factors are named 'rule'")
        self.assert_refused(labels(good) + ("--permutations", "fre"), "--permutations fre is not known (known: free, none, "
                            "synchronized). Did you mean 'free'?")
        self.assert_refused(labels(good) + ("--model", "mian"), "Did you mean 'main'?")
        self.assert_refused(labels(good.replace("b,0,3", "b,0,three")), "bad.csv:4: 'three' in column 'y' is not a number")
        self.assert_refused(labels(good.replace("b,0,3", "b,0")), "bad.csv:4: 2 fields under 3 columns")
        self.assert_refused(labels(good.replace("b,0,3", ",0,3")), "bad.csv:4: column 'rule' is empty")
        self.assert_refused(labels(good.replace("b,", "a,")), "bad.csv: factor 'rule' has one level, 'a'", "--factors")
        self.assert_refused(labels("rule,id,seed,y\na,1,0,1\nb,2,0,2\na,3,1,4\nb,4,1,3\n"),
                            "bad.csv: column 'id' is different in every run", "--factors")
        self.assert_refused(labels("rule,seed,y\n"), "bad.csv: there are no runs")
        self.assert_refused(labels("rule,seed,y\na,0,\nb,0,1\n"), "'rule' is different in every run")
        self.assert_refused(labels("rule,seed,y\na,0,\nb,0,1\nb,1,\n"), "1 runs have a number in column 'y'")
        self.assert_refused(("missing.csv", "--response", "y"), "missing.csv: cannot be read (No such file or directory)")


if __name__ == "__main__":
    cohort_program.main()
