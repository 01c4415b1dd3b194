"""The readers scientists use, h5py, netCDF4 and xarray, open every group of the results at any moment: during the job and
after."""

import os
import sys
import warnings

import cohort_program
from cohort_program import ProgramTest, h5py, numpy, save_recording, study

try:
    import h5netcdf  # noqa: F401 (an engine of xarray)
    import netCDF4
    import xarray
except ImportError as missing:
    print(f"skipped: {missing} (Debian: python3-xarray, python3-h5netcdf, python3-netcdf4)")
    sys.exit(77)

GROUPS = {"/design", "/task", "/architectures", "/recordings", "/state", "/curves", "/snapshots", "/networks", "/similarity",
          "/similarity/effects", "/dynamics", "/analyses", "/segments"}
DIMENSIONS = {  # by the axes a user would ask for
    "/design/rule": ("run",),
    "/state/status": ("run",),
    "/curves/loss": ("run", "update"),
    "/snapshots/update": ("run", "level"),
    "/snapshots/representation": ("run", "level", "sample", "unit"),
    "/snapshots/parameters": ("run", "level", "parameter"),
    "/networks/initial_radius": ("run",),
    "/networks/silent": ("run", "moment"),
    "/similarity/procrustes": ("level", "run", "other_run"),
    "/similarity/procrustes_recording": ("level", "run", "recording"),
    "/similarity/procrustes_ceiling": ("recording",),
    "/dynamics/fixed_points": ("run", "level", "context", "point", "state"),
    "/dynamics/n_fixed_points": ("run", "level", "context"),
    "/segments/started": ("segment",),
}
LABELS = {
    "/snapshots/level": ["update=0", "error<=0.9", "error<=0.5", "final"],
    "/networks/moment": ["first", "last"],
    "/similarity/level": ["update=0", "error<=0.9", "error<=0.5", "final"],
    "/similarity/recording": ["recording.npy"],
    "/dynamics/context": ["hold", "move"],
}
MEANINGS = {
    "/design/rule": "bptt eprop",
    "/design/architecture": "ctrnn/units=12 ctrnn/units=20",
    "/design/initialization": "gaussian/gain=0.8 gaussian/gain=1.5",
    "/design/optimizer": "adam/rate=5e-3",
    "/design/seed": "0 1",
    "/state/status": "pending done diverged failed",
    "/dynamics/stability": "unknown stable unstable marginal",
    "/dynamics/kind": "none fixed_point slow_point",
}


def text(value):
    return value.decode() if isinstance(value, bytes) else str(value)


class ReadersTest(ProgramTest):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        save_recording(cls.path("recording.npy"))
        # Readers that are loaded before the job begins.
        xarray.backends.list_engines()
        xarray.Dataset({"x": ("n", [1])}).to_netcdf(cls.path("first.h5"), engine="h5netcdf")
        xarray.open_dataset(cls.path("first.h5"), engine="h5netcdf").close()

    def test_during_and_after_a_job(self):
        # A fast machine needs a longer job to be looked at while its runs end.
        for updates in (2000, 6000, 18000):
            self.write("study.toml", study(updates=updates, starts=64))
            if os.path.exists(self.path("results.h5")):
                os.remove(self.path("results.h5"))
            looks = self.looks_during_a_job()
            if any(0 < finished < 16 for finished in looks):
                break
        self.assertTrue(any(0 < finished < 16 for finished in looks), looks)
        self.read_with_h5py()
        self.read_with_netcdf()
        for engine in ("h5netcdf", "netcdf4"):
            self.read_with_xarray(engine)
        self.check_texts()
        self.check_axes_and_labels()
        self.check_units_and_names()
        self.check_what_is_finished()

    def looks_during_a_job(self):
        """Numbers of finished runs when all readers had read everything while the job went on."""
        job = self.start("run", "study.toml", "-o", "results.h5", ranks=2)
        looks = []
        while job.is_running():
            finished = self.n_finished("results.h5")
            if not os.path.exists(self.path("results.h5")):
                continue
            self.read_with_h5py()
            self.read_with_xarray("h5netcdf")
            self.read_with_netcdf()
            if job.is_running():
                looks.append(finished)
        self.assertEqual(job.wait(), 0, job.err)
        print(f"\n    looked {len(looks)} times during the job, with {sorted(set(looks))} runs finished", end=" ")
        return looks

    def read_with_h5py(self):
        """Reads every value."""
        groups = set()

        def read(name, item):
            if isinstance(item, h5py.Dataset):
                item[()]
            else:
                groups.add("/" + name)

        with h5py.File(self.path("results.h5"), "r") as file:
            self.assertEqual(file.attrs["title"], "small")
            file.visititems(read)
        self.assertEqual(groups, GROUPS)

    def read_with_netcdf(self):
        """Reads every value; netCDF-C 4.9.0 crashes on arrays of fixed-length strings."""
        with netCDF4.Dataset(self.path("results.h5")) as file:
            self.assertEqual({group for group in GROUPS if group.count("/") == 1}, {"/" + name for name in file.groups})
            for group in GROUPS:
                for variable in file[group].variables.values():
                    variable[...]

    def open(self, group, engine="h5netcdf"):
        return xarray.open_dataset(self.path("results.h5"), engine=engine, group=group)

    def check_texts(self):
        """Texts are str with either engine, whether they were there from the start or came during the job."""
        for engine in ("h5netcdf", "netcdf4"):
            with self.open("/design", engine) as design, self.open("/segments", engine) as segments:
                self.assertEqual(sorted(set(design["rule_text"].values)), ["bptt", "eprop"])
                self.assertTrue(str(segments["reason"].values[0]).startswith("finished"), segments["reason"].values[0])

    def read_with_xarray(self, engine):
        for group in GROUPS:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # NaN times become NaT
                with self.open(group, engine) as dataset:
                    dataset.load()
                    self.assertGreater(len(dataset.data_vars), 0, group)

    def check_axes_and_labels(self):
        for path, names in DIMENSIONS.items():
            group, name = path.rsplit("/", 1)
            with self.open(group) as dataset:
                self.assertEqual(dataset[name].dims, names, path)
            with h5py.File(self.path("results.h5"), "r") as file:
                scales = [axis[0].name.rsplit("/", 1)[1] for axis in file[path].dims]
                self.assertEqual(tuple(scales), names, path)
        for path, labels in LABELS.items():
            group, name = path.rsplit("/", 1)
            with self.open(group) as dataset:
                self.assertEqual([text(label) for label in dataset[name].values], labels, path)
        for path, meanings in MEANINGS.items():
            attributes = self.attributes(path)
            self.assertEqual(text(attributes["flag_meanings"]), meanings, path)
            self.assertEqual(attributes["flag_values"].tolist(), list(range(len(meanings.split()))), path)

    def attributes(self, path):
        with h5py.File(self.path("results.h5"), "r") as file:
            return {key: value for key, value in file[path].attrs.items() if not key.endswith("_LIST")}

    def check_units_and_names(self):
        """Every dataset says what it is, and every one of numbers in which unit."""
        def check(name, item):
            if not isinstance(item, h5py.Dataset):
                return
            self.assertTrue(text(item.attrs.get("long_name", "")), name)
            if item.dtype.kind == "f":
                self.assertTrue(text(item.attrs.get("units", "")), name)

        with h5py.File(self.path("results.h5"), "r") as file:
            file.visititems(check)
            self.assertEqual(text(file["/state/wall_s"].attrs["units"]), "s")
            self.assertIn("seconds since 1970", text(file["/state/started"].attrs["units"]))

    def check_what_is_finished(self):
        """A user's first lines: the final loss by rule, a distance by name of level and recording."""
        with self.open("/curves") as curves, self.open("/design") as design, self.open("/similarity") as similarity:
            final = curves["loss"].isel(update=-1).groupby(design["rule"]).mean()
            self.assertEqual(final.shape, (2,))
            self.assertTrue(numpy.isfinite(final.values).all())
            level = list(map(text, similarity["level"].values)).index("final")
            distance = similarity["procrustes"].isel(level=level).values / (numpy.pi / 2)
            self.assertEqual(similarity["procrustes"].attrs["normalization"], "normalized = value / (pi / 2)")
            self.assertTrue((numpy.diag(distance) == 0).all())
            self.assertTrue((distance == distance.T).all())
            self.assertTrue(((distance >= 0) & (distance <= 1)).all())


if __name__ == "__main__":
    cohort_program.main()
