"""Sessions of NWB 2, written with h5py after the standard's schema: what is cut out of them has the numbers of the same
cut made with NumPy, and whatever is wrong with them is one line."""

import json

import cohort_program
from cohort_program import ProgramTest, h5py, numpy

N_UNITS, WINDOW, BIN = 6, (-200, 600), 20
N_STEPS = (WINDOW[1] - WINDOW[0]) // BIN
LABELS = ["go", "nogo"]  # by the alphabet
OPTIONS = ["--align", "go_cue", "--condition", "target", "--window", str(WINDOW[0]), str(WINDOW[1]), "--bin", str(BIN)]
ENTRY = f'align = "go_cue", condition = "target", window = [{WINDOW[0]}, {WINDOW[1]}], bin = {BIN}'

STUDY = """[study]
name = "sessions"
[task]
name = "go_nogo"
dt = 20
[factors]
rule = "bptt"
architecture = "ctrnn/units=8"
initialization = "gaussian"
seed = 2
[training]
updates = 2
[similarity]
measures = ["procrustes", "cka"]
resamples = 20
recordings = [{}]
"""


def session(seed=1, n_trials=23):
    """Spikes of N_UNITS units and trials of two kinds, of which there are not equally many."""
    rng = numpy.random.default_rng(seed)
    start = numpy.arange(n_trials) * 2.0 + rng.uniform(0, 0.3, n_trials)
    kind = rng.permutation(numpy.arange(n_trials) % 3 > 0).astype(int)
    end = start[-1] + 2
    spikes = [numpy.sort(rng.uniform(0, end, rng.poisson(end * rate))) for rate in 10 + 15 * numpy.arange(N_UNITS)]
    cue = start + 0.4 + rng.uniform(0, 0.2, n_trials)
    for trial in numpy.flatnonzero(kind):  # the two kinds differ
        spikes[0] = numpy.sort(numpy.append(spikes[0], cue[trial] + rng.uniform(0, 0.3, 9)))
    return {"start": start, "stop": start + 1.7, "cue": cue, "kind": kind, "spikes": spikes}


def write_table(group, columns):
    group.attrs["colnames"] = list(columns)
    group.attrs["neurodata_type"] = "TimeIntervals"
    for name, values in columns.items():
        if isinstance(values, list) and not isinstance(values[0], str):  # a list in each row
            group[name] = numpy.concatenate(values)
            group[name + "_index"] = numpy.cumsum([len(row) for row in values]).astype("u4")
        else:
            group[name] = values
    group["id"] = numpy.arange(len(next(iter(columns.values()))))


def write_nwb(path, data, series=None, spikes=True, trials=True, **columns):
    """`series`: path -> (data, times, attributes of data); times: rate from 0, or timestamps."""
    with h5py.File(path, "w") as file:
        file.attrs["nwb_version"] = "2.6.0"
        file.attrs["neurodata_type"] = "NWBFile"
        file.create_group("acquisition")
        if trials:
            write_table(file.create_group("intervals/trials"), {
                "start_time": data["start"], "stop_time": data["stop"], "go_cue": data["cue"],
                "target": [LABELS[k] for k in data["kind"]], **columns})
        if spikes:
            units = file.create_group("units")
            units["spike_times"] = numpy.concatenate(data["spikes"])
            units["spike_times_index"] = numpy.cumsum([len(unit) for unit in data["spikes"]]).astype("u8")
            units["id"] = numpy.arange(N_UNITS)
        for name, (values, times, attributes) in (series or {}).items():
            group = file.create_group(name)
            group.attrs["neurodata_type"] = "TimeSeries"
            group["data"] = values
            group["data"].attrs.update(attributes)
            if numpy.isscalar(times):
                group["starting_time"] = 0.0
                group["starting_time"].attrs["rate"] = times
            else:
                group["timestamps"] = times


def rates_of(data, event="cue"):
    """Trials [units, time], as NumPy counts them."""
    edges = (WINDOW[0] + BIN * numpy.arange(N_STEPS + 1)) / 1000
    return [numpy.stack([numpy.histogram(unit - when, edges)[0] / (BIN / 1000) for unit in data["spikes"]])
            for when in data[event]]


def means_of(trials, kind):
    """[units, time, conditions]"""
    return numpy.stack([numpy.mean([trial for trial, k in zip(trials, kind) if k == c], axis=0)
                        for c in sorted(set(kind))], axis=2)


class NwbTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.data = session()
        cls.means = means_of(rates_of(cls.data), cls.data["kind"])

    def setUp(self):
        numpy.save(self.path("other.npy"), numpy.random.default_rng(9).normal(size=self.means.shape))

    def assert_same(self, file, means, *options):
        """Nothing to the same array, and to another one what that has."""
        numpy.save(self.path("same.npy"), means)
        numpy.save(self.path("other.npy"), numpy.random.default_rng(9).normal(size=means.shape))
        compared = lambda a, *words: json.loads(self.cohort("compare", a, *words, "--json").out)
        self.assertEqual(compared(file, "same.npy", *options)["measures"][0]["value"], 0)
        self.assertEqual(compared(file, "other.npy", *options)["measures"], compared("same.npy", "other.npy")["measures"])

    # ---- spikes

    def test_spikes_are_counted_around_an_event(self):
        write_nwb(self.path("s.nwb"), self.data)
        self.assert_same("s.nwb", self.means, *OPTIONS)
        self.assert_same("s.nwb/units", self.means, *OPTIONS)
        self.assertNotEqual(
            json.loads(self.cohort("compare", "s.nwb", "same.npy", *OPTIONS[2:], "--json").out)["measures"][0]["value"], 0,
            "around start_time there are other spikes")

    def test_conditions_by_columns_of_every_kind(self):
        kind = self.data["kind"]
        write_nwb(self.path("k.nwb"), self.data, fixed=numpy.array(["bb", "a"], "S")[1 - kind], angle=45.5 * kind,
                  number=kind.astype("i2"), flag=kind.astype(bool), place=numpy.stack([kind, 1 - kind], axis=1) * 1.5,
                  several=[numpy.arange(1.0 + k) for k in kind])
        for column in ("fixed", "angle", "number", "flag", "place", "several"):
            self.assert_same("k.nwb", self.means, *[column if word == "target" else word for word in OPTIONS])
        out = self.cohort("compare", "k.nwb", "--describe").out
        for text in ("23 trials", "target: texts go (8), nogo (15)", "angle: 0 (8), 45.5 (15)", "several: 0 (8), 0, 1 (15)",
                     f"units: {N_UNITS} with ", "NWB 2.6.0"):
            self.assertIn(text, out)
        out = self.cohort("compare", "k.nwb", "--describe", *OPTIONS).out
        for text in ("conditions: go, nogo", f"2 conditions of {N_STEPS} times, the mean of 8 to 15 trials of each",
                     "first sample at -200 ms, 20 ms apart"):
            self.assertIn(text, out)

    def test_an_event_in_a_ragged_column_and_trials_that_lack_it(self):
        cue, kind = self.data["cue"], self.data["kind"]
        write_nwb(self.path("r.nwb"), self.data, cues=[[when, when + 1][:(trial != 2) * 2] for trial, when in enumerate(cue)],
                  nan=numpy.where(numpy.arange(len(cue)) == 2, numpy.nan, cue))
        left = numpy.arange(len(cue)) != 2
        means = means_of([t for t, keep in zip(rates_of(self.data), left) if keep], kind[left])
        for column in ("cues", "nan"):
            options = [column if word == "go_cue" else word for word in OPTIONS]
            self.assert_same("r.nwb", means, *options)
            self.assertIn(f"1 of 23 trials are left out: 1 have no {column}",
                          self.cohort("compare", "r.nwb", "same.npy", *options).err)

    def test_units_that_were_not_observed_are_missing(self):
        write_nwb(self.path("o.nwb"), self.data)
        with h5py.File(self.path("o.nwb"), "a") as file:
            end = 100.0
            file["units/obs_intervals"] = numpy.array([[0, end]] * (N_UNITS - 1) + [[0, 20.0]])
            file["units/obs_intervals_index"] = numpy.arange(1, N_UNITS + 1)
        said = self.cohort("compare", "o.nwb", "other.npy", *OPTIONS, expect=2).err
        self.assertIn("it holds NaN in 1 of 6 units and 2 of 2 conditions", said)
        self.assert_same("o.nwb", self.means[:-1], *OPTIONS, "--missing", "units")

    # ---- series

    def series(self, dtype="f8"):
        values = 10 * numpy.random.default_rng(4).random((5000, N_UNITS))
        return values.astype(dtype)

    def cut(self, values, step=0.01, first=0.0):
        """Means over trials, of the samples nearest to the window."""
        n = int(round((WINDOW[1] - WINDOW[0]) / 1000 / step))
        at = [int(round((when + WINDOW[0] / 1000 - first) / step)) for when in self.data["cue"]]
        return means_of([values[i:i + n].T for i in at], self.data["kind"])

    def test_a_series_of_rates_with_conversion_and_offset(self):
        raw = self.series("i2")
        write_nwb(self.path("c.nwb"), self.data, {"processing/ecephys/rates": (raw, 100.0, {"conversion": 0.5, "offset": 2.0})},
                  spikes=False)
        means = self.cut(0.5 * raw + 2)
        words = OPTIONS[:-2]
        self.assert_same("c.nwb", means, *words)
        self.assert_same("c.nwb/rates", means, *words)
        self.assert_same("c.nwb/processing/ecephys/rates", means, *words)

    def test_a_series_with_timestamps_that_have_a_gap(self):
        raw = self.series()
        times = numpy.arange(5000) * 0.01
        gap = (times > self.data["start"][3]) & (times < self.data["start"][4] - 0.1)
        write_nwb(self.path("t.nwb"), self.data, {"acquisition/rates": (raw[~gap], times[~gap], {})}, spikes=False)
        keep = numpy.arange(23) != 3
        means = means_of([t for t, k in zip(self.trials_of(raw), keep) if k], self.data["kind"][keep])
        self.assert_same("t.nwb", means, *OPTIONS[:-2])
        self.assertIn("the window of 1 was not recorded", self.cohort("compare", "t.nwb", "same.npy", *OPTIONS[:-2]).err)

    def trials_of(self, values):
        return [values[int(round((when - 0.2) / 0.01)):][:80].T for when in self.data["cue"]]

    # ---- in a study

    def test_a_study_gets_the_numbers_of_the_npy_and_ceilings_of_both_kinds(self):
        write_nwb(self.path("s.nwb"), self.data)
        trials, kind = rates_of(self.data), self.data["kind"]
        padded = numpy.full((N_UNITS, N_STEPS, 2, 15), numpy.nan)
        for c in (0, 1):
            own = [trial for trial, k in zip(trials, kind) if k == c]
            padded[:, :, c, :len(own)] = numpy.stack(own, axis=2)
        numpy.save(self.path("padded.npy"), padded)
        numpy.save(self.path("mean.npy"), self.means)
        network = "network_window = [400, 1200]"
        times = f'conditions = ["go", "nogo"], time_start = -200, time_step = 20, {network}'
        self.write("study.toml", STUDY.format(
            f'{{ file = "s.nwb", name = "s", {ENTRY}, {network} }}, {{ file = "padded.npy", name = "p", {times} }}, '
            f'{{ file = "mean.npy", name = "m", {times} }}'))
        self.cohort("run", "study.toml", "-o", "study.h5", ranks=2)
        with h5py.File(self.path("study.h5"), "r") as file:
            stored = [file[f"recordings/{name}"][()] for name in "spm"]
            expected = self.means[:, :, ::-1] if file["recordings/s_condition"][0] == b"nogo" else self.means
            numpy.testing.assert_array_equal(stored[0], expected.transpose(2, 1, 0).reshape(-1, N_UNITS))
            for other in (1, 2):
                numpy.testing.assert_array_equal(stored[other], stored[0])
            for measure in ("procrustes", "cka"):
                group = lambda name: file[f"similarity/{measure}{name}"]
                distances = group("_recording")[()]
                self.assertTrue(numpy.isfinite(distances).all())
                numpy.testing.assert_array_equal(distances[..., 1:], distances[..., :1].repeat(2, -1))
                for name in ("_trial_ceiling", "_trial_ceiling_sd", "_ceiling"):
                    self.assertEqual(group(name)[0], group(name)[1])
                self.assertTrue(numpy.isnan(group("_trial_ceiling")[2]))
                reason = group("_trial_ceiling_reason")
                self.assertEqual(reason.attrs["flag_meanings"].split()[reason[2]], "no_trials")
                self.check_scores(group)
            r = 1 - file["similarity/cka_trial_ceiling"][0]
            self.assertAlmostEqual(file["similarity/cka_trial_ceiling_corrected"][0], 1 - 2 * r / (1 + r), 14)
            self.assertNotIn("procrustes_trial_ceiling_corrected", file["similarity"])
        self.assertRegex(self.cohort("status", "study.h5").out + self.cohort("run", "study.toml", "-o", "study.h5").out,
                         r"halves of its trials 0\.\d+ ± 0\.\d+ \(with all trials 0\.\d+\)")

    def check_scores(self, group):
        distance, ceiling, baseline = (group(name)[()] for name in ("_recording", "_ceiling", "_baseline"))
        score = group("_recording_score")
        self.assertEqual(score.attrs["formula"], "(distance - baseline) / (ceiling - baseline)")
        expected = numpy.where(ceiling < baseline, (distance - baseline) / (ceiling - baseline), numpy.nan)
        numpy.testing.assert_array_equal(score[()], expected)
        self.assertTrue((numpy.isfinite(score[()]) == (group("_recording_score_reason")[()] == 1)).all())

    # ---- bad input

    def refused(self, file, *words):
        said = self.cohort("compare", file, "other.npy", *words, expect=2).err.strip()
        self.assertEqual(len(said.splitlines()), 1, said)
        return said

    def test_what_is_no_session_is_one_line(self):
        with h5py.File(self.path("foreign.nwb"), "w") as file:
            file["activity"] = self.means
        self.assertIn("foreign.nwb: is no NWB file (it is HDF5, but has no attribute nwb_version)",
                      self.refused("foreign.nwb"))
        write_nwb(self.path("s.nwb"), self.data)
        with open(self.path("s.nwb"), "rb") as file:
            whole = file.read()
        for keep in (300, len(whole) // 2, len(whole) - 100):
            with open(self.path("cut.nwb"), "wb") as file:
                file.write(whole[:keep])
            self.assertIn("cut.nwb: damaged HDF5 file", self.refused("cut.nwb"))
        write_nwb(self.path("old.nwb"), self.data)
        with h5py.File(self.path("old.nwb"), "a") as file:
            file.attrs["nwb_version"] = "NWB-1.0.6"
        self.assertIn("is NWB NWB-1.0.6 (version 2 is read)", self.refused("old.nwb"))
        write_nwb(self.path("none.nwb"), self.data, trials=False)
        self.assertIn("has no trials (there is no table intervals/trials)", self.refused("none.nwb"))
        write_nwb(self.path("silent.nwb"), self.data, spikes=False)
        self.assertIn("holds no activity", self.refused("silent.nwb"))
        self.assertIn("align names a column", self.study_refused('{ file = "other.npy", align = "go_cue" }'))
        self.assertIn("no file holds one", self.refused("other.npy", "--align", "go_cue"))

    def test_what_is_not_in_it_is_one_line(self):
        raw = self.series()
        write_nwb(self.path("s.nwb"), self.data, {"acquisition/a": (raw, 100.0, {}), "acquisition/b": (raw, 100.0, {})},
                  far=self.data["cue"] + 1e4, none=numpy.full(23, numpy.nan),
                  some=numpy.where(self.data["kind"] == 1, numpy.nan, self.data["cue"]))
        cases = {
            ("s.nwb", "--align", "go_cu"): "has no column 'go_cu' (it has: far, go_cue, none, some, start_time, stop_time, "
                                           "target). Did you mean 'go_cue'?",
            ("s.nwb", "--condition", "targt"): "Did you mean 'target'?",
            ("s.nwb", "--align", "target"): "column 'target' of intervals/trials holds texts (numbers are needed)",
            ("s.nwb", *OPTIONS, "--align", "far"): "window [-200, 600] ms around far leaves what was recorded",
            ("s.nwb", *OPTIONS, "--align", "none"): "no trial is left (of 23 trials 23 have no none",
            ("s.nwb", *OPTIONS, "--align", "some"): "condition 'nogo' has no trials (of all 23 trials 15 have no some",
            ("s.nwb", *OPTIONS, "--window", "600", "200"): "is empty (it must end after it begins)",
            ("s.nwb", *OPTIONS, "--bin", "900"): "steps of 900 ms are too long",
            ("s.nwb/c", *OPTIONS): "has no series 'c' (it has: acquisition/a, acquisition/b)",
            ("s.nwb/intervals", *OPTIONS): "intervals is no series of activity",
            ("s.nwb/a", *OPTIONS, "--time-step", "5"): "series acquisition/a has no steps of 5 ms",
        }
        for words, expected in cases.items():
            self.assertIn(expected, self.refused(*self.last_of_each(words)))

    @staticmethod
    def last_of_each(words):
        """Of options that stand twice the last one."""
        file, options, name = words[0], {}, None
        for word in words[1:]:
            if word.startswith("--"):
                name, options[word] = word, []
            else:
                options[name].append(word)
        return [file] + [word for name, values in options.items() for word in (name, *values)]

    def test_damaged_indices_and_odd_arrays_are_one_line(self):
        def damaged(change):
            write_nwb(self.path("d.nwb"), self.data, {"acquisition/a": (self.series(), 100.0, {})})
            with h5py.File(self.path("d.nwb"), "a") as file:
                change(file)

        def replace(name, values):
            def change(file):
                del file[name]
                file[name] = values
            return change

        cases = [
            (replace("units/spike_times_index", [10, 5, 20, 30, 40, 50]), "", "damaged index (entry 1 is 5, after 10"),
            (replace("units/spike_times_index", [10 ** 9] * 6), "", "damaged index (entry 0 is 1000000000"),
            (replace("units/spike_times", ["a", "b"]), "", "holds no numbers"),
            (replace("units/spike_times", [numpy.nan] * 5000), "", "holds a NaN or an infinity"),
            (lambda file: file["units"].pop("spike_times_index"), "", "has no index"),
            (replace("intervals/trials/go_cue", [1.0, 2.0]), "", "column 'go_cue' of intervals/trials has 2 rows"),
            (replace("acquisition/a/data", numpy.zeros((4, 3, 2))), "/a", "has 3 dimensions"),
            (replace("acquisition/a/data", numpy.ones((5000, 2), complex)), "/acquisition/a", "is no series of activity"),
            (replace("acquisition/a/data", ["x"] * 5000), "/a", "holds no activity"),
            (lambda file: file["acquisition/a/starting_time"].attrs.pop("rate"), "/a", "has no times"),
        ]
        for change, inside, expected in cases:
            damaged(change)
            self.assertIn(expected, self.refused("d.nwb" + inside, *OPTIONS[:-2]))

    def study_refused(self, entry):
        self.write("bad.toml", STUDY.format(entry))
        said = self.cohort("run", "bad.toml", "-o", "bad.h5", expect=2).err.strip()
        self.assertEqual(len(said.splitlines()), 1, said)
        self.assertIn("bad.toml:16", said)
        return said

    def test_a_study_refuses_them_before_any_work(self):
        write_nwb(self.path("s.nwb"), self.data)
        self.assertIn("has no column 'cue'", self.study_refused('{ file = "s.nwb", align = "cue" }'))
        self.assertIn("does not fit the task", self.study_refused(f'{{ file = "s.nwb", {ENTRY} }}'))
        self.assertIn("bins of 5 ms are too short",
                      self.study_refused(f'{{ file = "s.nwb", {ENTRY.replace("bin = 20", "bin = 5")} }}'))
        self.assertIn("unknown key 'aling'", self.study_refused('{ file = "s.nwb", aling = "go_cue" }'))


if __name__ == "__main__":
    cohort_program.main()
