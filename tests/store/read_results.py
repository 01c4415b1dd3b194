#!/usr/bin/env python3
"""Reads a results file as its users will: with h5py and xarray, while a job writes it and afterwards.

    read_results.py STORE_WRITER      exit code 77: the readers are not installed
"""
import os
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
    import xarray
    import h5netcdf  # noqa: F401 (the engine of xarray)
except ImportError as missing:
    print(f"skipped: {missing} (Debian/Ubuntu: apt-get install python3-h5py python3-xarray python3-h5netcdf)")
    sys.exit(77)

N_RUNS = 12
GROUPS = ["design", "state", "curves", "snapshots", "segments"]
DIMENSIONS = {
    "design/rule": ["run"],
    "design/key": ["run"],
    "state/status": ["run"],
    "curves/loss": ["run", "update"],
    "snapshots/update": ["run", "level"],
    "snapshots/representation": ["run", "level", "sample", "unit"],
    "snapshots/parameters": ["run", "level", "parameter"],
    "segments/started": ["segment"],
}


def check_labels(file):
    for path, names in DIMENSIONS.items():
        dataset = file[path]
        assert [axis.label for axis in dataset.dims] == names, path
        for axis, name in zip(dataset.dims, names):
            assert axis[0].name == f"/{path.split('/')[0]}/{name}", (path, axis[0].name)


def check_descriptions(name, item):
    if not isinstance(item, h5py.Dataset):
        return
    assert item.attrs["long_name"], name
    is_text, is_code = item.dtype.kind in "SO", "flag_meanings" in item.attrs
    assert is_text or is_code or item.attrs["units"], name
    assert item.chunks is None, f"{name}: rows of two runs could share a chunk"


def check_flags(status):
    assert status.attrs["flag_values"].dtype == status.dtype
    assert list(status.attrs["flag_values"]) == [0, 1, 2, 3]
    assert status.attrs["flag_meanings"] == "pending done diverged failed"


def check_with_h5py(path):
    with h5py.File(path, "r") as file:
        assert file.attrs["format"] == "cohort-results" and file.attrs["format_version"] == "1"
        assert file.attrs["study"].startswith('[study]\nname = "sample"  # µ\n') and len(file.attrs["study"]) > 100000
        check_labels(file)
        file.visititems(check_descriptions)
        check_flags(file["state/status"])
        assert list(file["state/status"]) == [1, 1, 1, 3, 2, 1] + [0] * 6
        assert numpy.isnan(file["curves/loss"].fillvalue) and numpy.isnan(file["curves/loss"][6:]).all()
        assert (file["snapshots/update"][6:] == -1).all()
        assert file["state/message"][3].tobytes().rstrip(b"\0").decode() == "run 3 did not like it"


def open_group(path, group):
    with xarray.open_dataset(path, engine="h5netcdf", group=group) as data:
        return data.load()


def check_with_xarray(path):
    groups = {group: open_group(path, "/" + group) for group in GROUPS}
    for name, names in DIMENSIONS.items():
        group, variable = name.split("/")
        data = groups[group][variable]
        assert list(data.dims) == names, name
        assert all(dimension in data.coords for dimension in names), f"{name}: axes without coordinates"

    loss = groups["curves"].loss
    assert loss.sizes == {"run": N_RUNS, "update": 21} and loss.dtype == numpy.float32
    assert loss.attrs["long_name"] == "training loss" and loss.attrs["units"] == "1"
    assert float(loss.sel(run=2, update=20)) == 102 + 20 / 32
    assert numpy.isnan(loss.sel(run=4, update=3)) and numpy.isnan(loss.sel(run=slice(6, None))).all()

    reached = groups["snapshots"].sel(level="0.95", run=1)
    assert int(reached["update"]) == -1 and numpy.isnan(reached.representation).all()
    representation = groups["snapshots"].representation.sel(level="0.95", run=2)
    assert float(representation[3, 4]) == 2 + 1.5 + 0.0625 * 12
    assert list(groups["snapshots"].condition.values) == [0, 0, 1, 1]

    rule = groups["design"].rule
    assert rule.dtype == numpy.int32 and rule.attrs["flag_meanings"].split() == ["bptt", "eprop/feedback=random"]
    assert groups["design"].key.values[0] == "0" * 31 + "1", "texts are str, not bytes"

    state = groups["state"]
    assert state.started.dtype.kind == "M" and str(state.started.values[0]).startswith("2023-11-14T22:13:20")
    assert numpy.isnat(state.started.values[11]) and state.wall_s.attrs["units"] == "s"
    assert state.checksum.dtype == numpy.uint64 and int(state.checksum[0]) != 0
    xarray.merge([groups["design"], groups["curves"]])  # the groups share their runs


def main(writer):
    with tempfile.TemporaryDirectory() as directory:
        path = os.path.join(directory, "results.h5")
        job = subprocess.Popen([writer, path, "hold"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        try:
            assert job.stdout.readline().strip() == "ready"
            check_with_h5py(path)
            check_with_xarray(path)
            assert job.poll() is None, "the job was to hold the file open meanwhile"
        finally:
            job.stdin.close()
            code = job.wait(timeout=60)
            job.stdout.close()
        assert code == 0, f"the job ended with {code}"
        check_with_h5py(path)
        check_with_xarray(path)


if __name__ == "__main__":
    main(sys.argv[1])
