"""Which factor explains it: the effects of a real study, computed again with NumPy from its file alone, by their formulas;
the same bits on any number of ranks and after a stop; and what a study cannot tell, masked with its reason."""

import itertools
import shutil
import signal

import cohort_program
from cohort_program import ProgramTest, differences, h5py, numpy, save_recording, wait_until

STUDY = """[study]
name = "effects"
seed = 3
[task]
name = "center_out_reach_hatsopoulos_2007"
[factors]
rule           = ["bptt", "eprop"]
architecture   = ["ctrnn/units=24,activation=retanh", "ctrnn/units=24,activation=relu",
                  "ctrnn/units=32,activation=retanh", "ctrnn/units=32,activation=relu"]
initialization = ["gaussian/gain=1", "gaussian/gain=1.5"]
seed           = {seeds}
[training]
updates   = {updates}
batch     = 8
optimizer = "adam/rate=5e-3"
[snapshots]
at_updates = [0]
at_error   = [{level}]
[similarity]
measures   = ["procrustes", "procrustes/distance=euclidean", "linear_predictivity"]
recordings = ["recording.npy"]
resamples  = 5
[effects]
permutations = {permutations}
"""
T = {2: 4.302652729911275, 3: 3.182446305284263}  # 97.5 % quantiles of Student's t
EFFECTS = "similarity/effects"


def study(seeds=3, updates=80, level=0.99, permutations=199):
    return STUDY.format(seeds=seeds, updates=updates, level=level, permutations=permutations)


def names(file, path):
    return [text.decode() for text in file[path][()]]


class Table:
    """One table of effects, by names."""

    def __init__(self, file, subject, level, subdesign, group=EFFECTS):
        self.file, self.group = file, group
        self.index = (names(file, f"{group}/effect_subject").index(subject), names(file, f"{group}/level").index(level),
                      names(file, f"{group}/effect_subdesign").index(subdesign))
        prefix = "effect_" if group == EFFECTS else "parameters_"
        self.terms = names(file, f"{group}/{prefix}term")
        self.pairs = names(file, f"{group}/{prefix}pair")
        self.levels = names(file, f"{group}/{prefix}level")

    def __call__(self, column, term=None):
        values = self.file[f"{self.group}/{column}"][self.index]
        return values if term is None else values[self.terms.index(term)]

    def reason(self):
        dataset = self.file[f"{self.group}/reason"]
        return dataset.attrs["flag_meanings"].split()[dataset[self.index]]

    def kept(self):
        return [level for level, code in zip(self.levels, self("level_kept")) if code == 2]


def projections(sizes):
    """For each set of one or two factors: onto its cells' means without those of the factors alone, [cells x cells]."""
    result = {}
    for order in (1, 2):
        for term in itertools.combinations(range(len(sizes)), order):
            matrix = numpy.eye(1)
            for factor, size in enumerate(sizes):
                mean = numpy.full((size, size), 1 / size)
                matrix = numpy.kron(matrix, numpy.eye(size) - mean if factor in term else mean)
            result[term] = matrix
    return result


def cross_seed(d2, cells, seeds, sizes):
    """Shares of the terms, from pairs of runs of different seeds only; nothing is missing."""
    n_cells = int(numpy.prod(sizes))
    delta = numpy.zeros((n_cells, n_cells))
    count = numpy.zeros((n_cells, n_cells))
    different = seeds[:, None] != seeds[None, :]
    i, j = numpy.nonzero(different)
    numpy.add.at(delta, (cells[i], cells[j]), d2[i, j])
    numpy.add.at(count, (cells[i], cells[j]), 1)
    delta /= count
    total = delta.mean() / 2
    return {term: -numpy.trace(h @ delta) / (2 * n_cells) / total for term, h in projections(sizes).items()}


def jackknife(d2, cells, seeds, sizes, of=lambda shares, term: shares[term], terms=None):
    """term -> estimate and the ends of its interval."""
    whole = cross_seed(d2, cells, seeds, sizes)
    kinds = numpy.unique(seeds)
    parts = []
    for seed in kinds:
        rest = seeds != seed
        parts.append(cross_seed(d2[rest][:, rest], cells[rest], seeds[rest], sizes))
    result = {}
    for term in terms or whole:
        values = numpy.array([of(part, term) for part in parts])
        n = len(kinds)
        error = numpy.sqrt((n - 1) / n * ((values - values.mean())**2).sum())
        estimate = of(whole, term)
        result[term] = (estimate, estimate - T[n - 1] * error, estimate + T[n - 1] * error)
    return result


def sums_of_squares(d2, cells, sizes):
    """Of the terms of a balanced design: tr(P G) with G the doubly centred matrix."""
    n = len(d2)
    centre = numpy.eye(n) - 1 / n
    gower = -0.5 * centre @ d2 @ centre
    members = numpy.zeros((n, int(numpy.prod(sizes))))
    members[numpy.arange(n), cells] = 1
    repeats = n / members.shape[1]
    return {term: numpy.trace(members @ h @ members.T @ gower) / repeats for term, h in projections(sizes).items()}


class EffectsStudyTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        cls.write("study.toml", study())
        cls.job = cls.cohort("run", "study.toml", "-o", "results.h5", ranks=3)

    def setUp(self):
        self.file = h5py.File(self.path("results.h5"), "r")
        self.addCleanup(lambda: self.file.close() if self.file else None)
        self.codes = {name: self.file[f"design/{name}"][()] for name in ("rule", "architecture", "initialization", "seed")}
        self.n_runs = len(self.codes["seed"])

    def design_of(self, runs, factors):
        """Sizes, cells and seeds of a complete part of the study."""
        sizes, cells = [], numpy.zeros(len(runs), int)
        for factor in factors:
            kinds, place = numpy.unique(self.codes[factor][runs], return_inverse=True)
            sizes.append(len(kinds))
            cells = cells * len(kinds) + place
        return sizes, cells, self.codes["seed"][runs]

    def expect_effects(self, d2_of, subject, level, subdesign="complete"):
        """Everything about the table that follows from squared distances and the design."""
        table = Table(self.file, subject, level, subdesign)
        self.assertEqual(table.reason(), "computed", (subject, level))
        kept = table.kept()
        runs = []
        for run in range(self.n_runs):
            own = {factor: f"{factor}={self.file['design'][factor + '_text'][run].decode()}"
                   for factor in ("rule", "architecture", "initialization")}
            if all(text in kept for text in own.values()):
                runs.append(run)
        runs = numpy.array(runs)
        self.assertEqual(table("n_runs"), len(runs), "all its seeds are there")
        factors = [f for f in ("rule", "architecture", "initialization") if len(numpy.unique(self.codes[f][runs])) > 1]
        sizes, cells, seeds = self.design_of(runs, factors)
        d2 = d2_of(runs)
        shares = jackknife(d2, cells, seeds, sizes)
        squares = sums_of_squares(d2, cells, sizes)
        scale = numpy.trace(-0.5 * (numpy.eye(len(runs)) - 1 / len(runs)) @ d2)
        numpy.testing.assert_allclose(table("total_ss"), scale, rtol=1e-9)
        for term, expected in shares.items():
            name = " x ".join(factors[factor] for factor in term)
            stored = [table(column, name) for column in ("share", "share_low", "share_high")]
            numpy.testing.assert_allclose(stored, expected, atol=1e-8, err_msg=f"{subject} {level} {name}")
            for kind in ("ss_type1", "ss_type2"):
                numpy.testing.assert_allclose(table(kind, name), squares[term], atol=1e-9 * scale)
        for a, b in itertools.combinations(range(len(factors)), 2):
            difference = jackknife(d2, cells, seeds, sizes, lambda s, pair: s[(pair[0],)] - s[(pair[1],)], [(a, b)])
            place = table.pairs.index(f"{factors[a]} - {factors[b]}")
            stored = [table(c)[place] for c in ("difference", "difference_low", "difference_high")]
            numpy.testing.assert_allclose(stored, difference[(a, b)], atol=1e-8)
        return runs

    def test_of_distances_between_networks(self):
        for measure in ("procrustes", "procrustes_distance_euclidean"):
            distances = self.file["similarity"][measure]
            levels = names(self.file, "similarity/level")
            for level in ("update=0", "final"):
                runs = self.expect_effects(lambda runs: distances[levels.index(level)][runs][:, runs]**2, measure, level)
                self.assertEqual(len(runs), self.n_runs)
                self.assertEqual(Table(self.file, measure, level, "all").reason(), "nothing_missing")
        untrained = Table(self.file, "procrustes", "update=0", "complete")
        self.assertLess(abs(untrained("share", "rule")), 1e-9, "before training the rule has done nothing")

    def test_of_a_measure_with_a_direction_the_mean_of_the_squares_of_both(self):
        distances = self.file["similarity/linear_predictivity"]
        final = distances[names(self.file, "similarity/level").index("final")]
        self.assertFalse(numpy.array_equal(final, final.T))
        d2 = (final**2 + final.T**2) / 2
        numpy.fill_diagonal(d2, 0)
        self.expect_effects(lambda runs: d2[runs][:, runs], "linear_predictivity", "final")

    def test_where_some_never_got_there_of_the_largest_part_without_holes(self):
        level = "error<=0.99"
        levels = names(self.file, "similarity/level")
        reached = self.file["snapshots/update"][:, levels.index(level)] >= 0
        self.assertTrue(0 < reached.sum() < self.n_runs, f"some, not all: {reached.sum()} of {self.n_runs}")
        distances = self.file["similarity/procrustes"][levels.index(level)]
        table = Table(self.file, "procrustes", level, "complete")
        self.assertEqual(table("n_usable"), reached.sum())
        best = self.largest_complete(reached)
        self.assertEqual(table("n_runs") if best else 0, best)
        if best:
            runs = self.expect_effects(lambda runs: distances[runs][:, runs]**2, "procrustes", level)
            self.assertTrue(reached[runs].all())
        share = Table(self.file, "reached", level, "complete")
        self.assertEqual(share.reason(), "computed")
        for name, mean in zip(share.levels, share("level_mean")):
            factor, text = name.split("=", 1)
            own = [text == t.decode() for t in self.file["design"][factor + "_text"][()]]
            self.assertAlmostEqual(mean, reached[own].mean())
        self.assertIn("Across the holes, at error <= 0.99", self.job.out)

    def largest_complete(self, there):
        """Runs of the largest product of level subsets in which all three seeds are there, by trying all."""
        sizes = [2, 4, 2]
        grid = numpy.zeros(sizes + [3], bool)
        grid[self.codes["rule"], self.codes["architecture"], self.codes["initialization"], self.codes["seed"]] = there
        subsets = [[c for r in range(1, n + 1) for c in itertools.combinations(range(n), r)] for n in sizes]
        best = 0
        for chosen in itertools.product(*subsets):
            if max(map(len, chosen)) > 1 and grid[numpy.ix_(*chosen, range(3))].all():
                best = max(best, 3 * int(numpy.prod([len(c) for c in chosen])))
        return best

    def test_of_numbers_of_each_network(self):
        last = self.file["snapshots/error"].shape[1] - 1
        responses = {"error": self.file["snapshots/error"][:, last],
                     "procrustes to recording.npy": self.file["similarity/procrustes_recording_normalized"][last, :, 0],
                     "participation_ratio": self.file["similarity/participation_ratio"][:, last]}
        for name, values in responses.items():
            self.expect_effects(lambda runs: (values[runs][:, None] - values[runs][None, :])**2, name, "final")

    def test_participation_ratios(self):
        for run, level in itertools.product(range(0, self.n_runs, 7), range(self.file["snapshots/update"].shape[1])):
            values = self.file["snapshots/representation"][run, level].astype(float)
            values = values[:, ~numpy.isnan(values[0])]
            stored = self.file["similarity/participation_ratio"][run, level]
            if values.size:
                spectrum = numpy.linalg.eigvalsh(numpy.cov(values.T))
                numpy.testing.assert_allclose(stored, spectrum.sum()**2 / (spectrum**2).sum(), rtol=1e-9)
            else:
                self.assertTrue(numpy.isnan(stored))

    def test_parameters_of_a_grid_have_numbers_of_their_own(self):
        whole = Table(self.file, "procrustes", "final", "complete")
        parts = Table(self.file, "procrustes", "final", "complete", EFFECTS + "/parameters")
        self.assertEqual(parts.terms[:4], ["rule", "units", "activation", "gain"])
        own = sum(parts("share", term) for term in ("units", "activation", "units x activation"))
        self.assertAlmostEqual(own, whole("share", "architecture"), places=9)
        self.assertAlmostEqual(parts("share", "gain"), whole("share", "initialization"), places=9)

    def test_the_map_of_the_runs_is_classical_scaling(self):
        levels = names(self.file, "similarity/level")
        for level in ("final", "error<=0.99"):
            place = levels.index(level)
            d = self.file["similarity/procrustes"][place]
            there = numpy.isfinite(numpy.diag(d))
            d2 = d[there][:, there]**2
            centre = numpy.eye(len(d2)) - 1 / len(d2)
            values, vectors = numpy.linalg.eigh(-0.5 * centre @ d2 @ centre)
            stored = self.file["similarity/procrustes_embedding"][place]
            self.assertTrue(numpy.isnan(stored[~there]).all())
            for axis in (0, 1):
                expected = vectors[:, -1 - axis] * numpy.sqrt(values[-1 - axis])
                if expected[numpy.abs(expected).argmax()] < 0:
                    expected = -expected
                numpy.testing.assert_allclose(stored[there][:, axis], expected, atol=1e-7)
                numpy.testing.assert_allclose(self.file["similarity/procrustes_embedding_share"][place, axis],
                                              values[-1 - axis] / values.sum(), rtol=1e-9)

    def test_the_job_ends_with_sentences_and_status_tells_them_too(self):
        self.assertRegex(self.job.out, r"At the end \(all 48 runs\): \w+ explains \d+ % \[\d+, \d+\] of the squared procrustes "
                                       r"distance between networks")
        status = self.cohort("status", "results.h5").out
        sentence = [line for line in self.job.out.splitlines() if "At the end" in line][0].strip()
        self.assertIn(sentence, status)

    # Ranks, stops, other options

    def test_any_number_of_ranks_leaves_the_same_bits(self):
        self.cohort("run", "study.toml", "-o", "alone.h5")
        self.assertEqual(differences(self.path("alone.h5"), self.path("results.h5")), [])
        self.cohort("verify", "alone.h5")

    def test_analyse_computes_again_what_other_options_change_without_task_and_study(self):
        shutil.copy(self.path("results.h5"), self.path("other.h5"))
        job = self.cohort("analyse", "other.h5", "--permutations", "299", ranks=2)
        self.assertIn("At the end (all 48 runs)", job.out)
        changed = differences(self.path("other.h5"), self.path("results.h5"))
        self.assertTrue(changed)
        self.assertTrue(all(name.startswith(("/similarity/effects", "/analyses")) for name in changed), changed)
        shares = {name.rsplit("/", 1)[1] for name in changed if "share" in name}
        self.assertEqual(shares, set(), "permutations change no estimate")
        self.cohort("verify", "other.h5")
        self.cohort("analyse", "other.h5")
        self.assertEqual(differences(self.path("other.h5"), self.path("results.h5")), [], "the study's own options again")
        self.cohort("analyse", "other.h5")

    def test_damaged_effects_are_found_and_made_again(self):
        shutil.copy(self.path("results.h5"), self.path("damaged.h5"))
        with self.open_for_writing("damaged.h5") as file:
            file[EFFECTS + "/share"][0, 0, 0, 0] += 0.25
        self.assertIn("similarity/effects/made_from", self.cohort("verify", "damaged.h5", expect=2).out)
        self.cohort("analyse", "damaged.h5")
        self.assertEqual(differences(self.path("damaged.h5"), self.path("results.h5")), [])

    def test_added_seeds_change_the_effects(self):
        shutil.copy(self.path("results.h5"), self.path("grown.h5"))
        self.write("grown.toml", study(seeds=4))
        self.cohort("run", "grown.toml", "-o", "grown.h5", ranks=2)
        self.cohort("run", "grown.toml", "-o", "fresh.h5", ranks=2)
        self.assertEqual(differences(self.path("grown.h5"), self.path("fresh.h5")), [])

    def test_a_job_that_is_stopped_or_killed_goes_on(self):
        self.write("slow.toml", study(permutations=99999).replace(', "linear_predictivity"', ""))
        for number in (signal.SIGKILL, signal.SIGTERM):
            job = self.start("run", "slow.toml", "-o", "stopped.h5", ranks=2)
            wait_until(lambda: self.n_finished("stopped.h5") == 48, job)
            if number == signal.SIGKILL:
                job.kill()
            else:
                job.send(number)
                job.wait()
        self.cohort("run", "slow.toml", "-o", "stopped.h5", ranks=3)
        self.cohort("run", "slow.toml", "-o", "straight.h5", ranks=2)
        self.assertEqual(differences(self.path("stopped.h5"), self.path("straight.h5")), [])

    # What cannot be told

    def small(self, name, **changes):
        """A study of few updates with some lines replaced."""
        text = study(updates=2, level=1e-6, permutations=99).replace('measures   = ["procrustes", "procrustes/distance=euclidean", "linear_predictivity"]',
                                                                    'measures = ["procrustes"]')
        text = text.replace('recordings = ["recording.npy"]', "")
        for key, value in changes.items():
            lines = text.splitlines()
            at = max(i for i, line in enumerate(lines) if line.startswith(key + " "))
            n = 2 if key == "architecture" else 1
            lines[at:at + n] = [f"{key} = {value}"]
            text = "\n".join(lines) + "\n"
        self.write(name + ".toml", text)
        return self.cohort("run", name + ".toml", "-o", name + ".h5"), self.cohort("plan", name + ".toml")

    def test_two_seeds_have_shares_and_no_intervals(self):
        job, plan = self.small("two", seed=2)
        self.assertIn("effects of factors will have no intervals: 2 seeds, and three are needed", plan.out)
        self.assertIn("No intervals: 2 seeds, and three are needed.", job.out)
        with h5py.File(self.path("two.h5"), "r") as file:
            table = Table(file, "procrustes", "final", "complete")
            self.assertEqual(table.reason(), "computed")
            self.assertTrue(numpy.isfinite(table("share", "architecture")))
            self.assertTrue(numpy.isnan(table("share_low", "architecture")))
            reasons = file[EFFECTS + "/share_reason"].attrs["flag_meanings"].split()
            self.assertEqual(reasons[table("share_reason", "architecture")], "fewer_than_3_seeds")

    def test_one_run_per_cell_and_no_run_at_a_level(self):
        job, plan = self.small("single", seed=1)
        self.assertIn("1 seed, and three are needed", plan.out)
        with h5py.File(self.path("single.h5"), "r") as file:
            table = Table(file, "procrustes", "final", "complete")
            self.assertTrue(numpy.isnan(table("share")).all())
            self.assertEqual(Table(file, "procrustes", "error<=1e-06", "complete").reason(), "no_values")
            self.assertEqual(Table(file, "reached", "error<=1e-06", "complete").reason(), "does_not_vary")
        self.assertIn("nothing can be said", job.out)
        self.cohort("verify", "single.h5")

    def test_one_level_of_every_factor_has_no_effects(self):
        job, _ = self.small("alone_level", rule='"bptt"', architecture='"ctrnn/units=24"', initialization='"gaussian"')
        self.assertNotIn("explained", job.out)
        with h5py.File(self.path("alone_level.h5"), "r") as file:
            self.assertNotIn("effects", file["similarity"])
        self.assertIn("every factor has one level", self.cohort("analyse", "alone_level.h5", expect=2).err)

    def test_an_unknown_response_is_one_line(self):
        self.write("wrong.toml", study().replace("[effects]", '[effects]\nresponses = ["eror"]'))
        error = self.cohort("run", "wrong.toml", "-o", "wrong.h5", expect=2).err
        self.assertRegex(error, r"^cohort: wrong.toml:\d+:\d+: unknown response 'eror' .*Did you mean 'error'\?\n$")

    def test_analyse_refuses_what_is_no_finished_study(self):
        self.write("text.h5", "no HDF5")
        for name in ("text.h5", "nowhere.h5"):
            for ranks in (1, 2):
                error = self.cohort("analyse", name, ranks=ranks, expect=2).err
                self.assertEqual(len([line for line in error.splitlines() if line.startswith("cohort: ")]), 1, error)
        self.small("none", rule='"bptt"')
        with h5py.File(self.path("none.h5"), "r+") as file:
            del file["similarity/effects"]
        self.assertIn("has no room for effects", self.cohort("analyse", "none.h5", expect=2).err)


if __name__ == "__main__":
    cohort_program.main()
