#!/usr/bin/env python3
"""The rules of the house that a compiler does not see.

    check_house_rules.py ROOT              checks the tree, exit 1 and one line per violation
    check_house_rules.py ROOT --self-test  breaks each rule in a small copy of a tree and expects to be told

Rules: a room includes only the rooms that its USES line in src/CMakeLists.txt reaches; MPI stays in cluster/ and
store/, HDF5 in store/ and recordings/; public headers have #pragma once and full include paths; no two headers define
types of one name (their destructors would be mixed up by the linker); a public header includes, itself or through
others of ours, what defines the names that it uses (tests/run.sh --all compiles each alone); every header in rules/
but the table's is a learning rule with a line in the table; nothing new at the top level; no path of somebody's
machine.
"""
import os
import re
import subprocess
import sys
import tempfile

TOP_LEVEL = {"src", "apps", "include", "tests", "jobs", "cmake", "CMakeLists.txt", "README.md", "LICENSE",
             "CITATION.cff", "CMakePresets.json"}
SOURCE_FOLDERS = ("include", "src", "apps", "tests", "jobs", "cmake")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
TYPE = re.compile(r"^(?:struct|class|enum class) (\w+)(?= *(?:final *)?(?::(?!:)|\{))", re.MULTILINE)
NAMESPACE = re.compile(r"^namespace ([\w:]+) \{", re.MULTILINE)
HOME = re.compile(r"/(?:home|Users|root)/\w")
ALIAS = re.compile(r"^using (\w+) =", re.MULTILINE)
NO_CODE = re.compile(r'//[^\n]*|"(?:[^"\\\n]|\\.)*"|#define (?:.*\\\n)*.*')
# Names of the standard library, and which headers bring them.
STANDARD = {
    "algorithm": "all_of any_of clamp copy copy_n count count_if fill find find_if max min none_of sort transform",
    "array": "array to_array", "atomic": "atomic", "bit": "bit_cast countr_zero popcount", "chrono": "chrono",
    "cmath": "abs ceil exp floor isfinite isnan isnormal log pow sqrt tanh", "complex": "complex",
    "condition_variable": "condition_variable condition_variable_any",
    "cstdint": "int16_t int32_t int64_t int8_t uint16_t uint32_t uint64_t uint8_t", "cstring": "memcmp memcpy",
    "deque": "deque", "exception": "exception exception_ptr", "filesystem": "filesystem",
    "fstream": "ifstream ofstream", "functional": "function greater hash less", "initializer_list": "initializer_list",
    "istream": "istream", "limits": "numeric_limits", "list": "list", "map": "map multimap",
    "memory": "make_shared make_unique shared_ptr unique_ptr weak_ptr",
    "mutex": "lock_guard mutex scoped_lock unique_lock", "numbers": "numbers", "numeric": "accumulate iota",
    "optional": "make_optional nullopt optional", "ostream": "ostream", "set": "multiset set",
    "source_location": "source_location", "span": "dynamic_extent span",
    "sstream": "istringstream ostringstream stringstream", "stdexcept": "invalid_argument logic_error runtime_error",
    "stop_token": "stop_token", "string": "string to_string", "string_view": "string_view",
    "thread": "jthread this_thread thread", "tuple": "apply make_tuple tie tuple",
    "type_traits": "conditional_t decay_t enable_if_t is_arithmetic_v is_const_v is_same_v remove_const_t "
                   "remove_cvref_t",
    "unordered_map": "unordered_map", "unordered_set": "unordered_set",
    "utility": "as_const declval exchange forward make_pair move pair swap",
    "variant": "get_if holds_alternative monostate variant visit", "vector": "vector"}
HEADER_OF = {name: header for header, names in STANDARD.items() for name in names.split()}
MPI = re.compile(r"(mpi\.h|boost/mpi(\.hpp|/.*))$")
HDF5 = re.compile(r"(hdf5|hdf5_hl|H5\w*)\.h$")


def read(root, path):
    with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
        return file.read()


def files(root, folders):
    for folder in folders:
        for where, folders_inside, names in os.walk(os.path.join(root, folder)):
            folders_inside[:] = [name for name in folders_inside if name != "__pycache__"]
            for name in names:
                yield os.path.relpath(os.path.join(where, name), root)


def rooms(root, errors):
    """What each room may include: itself and everything its USES line reaches."""
    allowed = {}
    for room, rest in re.findall(r"^\s*cohort_area\(\s*(\w+)([^)]*)\)", read(root, "src/CMakeLists.txt"), re.MULTILINE):
        allowed[room] = {room}
        for lower in re.findall(r"cohort::(\w+)", rest):
            if lower in allowed:
                allowed[room] |= allowed[lower]
            else:
                errors.append(f"src/CMakeLists.txt: room {room} uses {lower}, which does not stand below it")
    return allowed


def room_of(path):
    match = re.match(r"(?:include/cohort|src)/(\w+)/", path)
    return match.group(1) if match else None


def check_sources(root, errors):
    allowed = rooms(root, errors)
    for path in files(root, ("include", "src", "apps")):
        if not path.endswith((".hpp", ".cpp", ".h", ".ipp")):
            continue
        text, room, public = read(root, path), room_of(path), path.startswith("include/")
        if room and room not in allowed:
            errors.append(f"{path}: no room {room} in src/CMakeLists.txt")
            continue
        for bracket, header in INCLUDE.findall(text):
            other = re.match(r"(?:\.\./|cohort/)+(\w+)/", header)
            if room and other and other.group(1) not in allowed[room]:
                errors.append(f"{path}: room {room} includes {header}, which is not below it")
            if public and bracket == '"':
                errors.append(f"{path}: write #include <cohort/area/thing.hpp>, not \"{header}\"")
            if MPI.match(header) and room not in ("cluster", "store"):
                errors.append(f"{path}: MPI ({header}) belongs to cluster/ and store/")
            if HDF5.match(header) and room not in ("store", "recordings"):
                errors.append(f"{path}: HDF5 ({header}) belongs to store/ and recordings/")
        if path.endswith(".hpp") and not re.search(r"^#pragma once$", text, re.MULTILINE):
            errors.append(f"{path}: no #pragma once")
        if public and not re.fullmatch(r"include/cohort/\w+/\w+\.hpp", path):
            errors.append(f"{path}: public headers are include/cohort/<area>/<thing>.hpp")


def check_type_names(root, errors):
    defined = {}
    for path in sorted(files(root, ("include", "src"))):
        if not path.endswith(".hpp"):
            continue
        text = read(root, path)
        namespaces = NAMESPACE.findall(text)
        for name in TYPE.findall(text):
            first = defined.setdefault((namespaces[-1] if namespaces else "", name), path)
            if first != path:
                errors.append(f"{path}: {name} is also defined in {first}")


def reachable(path, includes):
    """Every header that `path` includes, itself or through headers of ours."""
    seen, open_ones = set(), [path]
    while open_ones:
        for header in includes.get(open_ones.pop(), ()):
            if header not in seen:
                seen.add(header)
                open_ones.append("include/" + header)
    return seen


def check_headers_stand_alone(root, errors):
    text = {path: NO_CODE.sub("", read(root, path)) for path in sorted(files(root, ["include"]))}
    includes = {path: [header for _, header in INCLUDE.findall(read(root, path))] for path in text}
    homes = {}  # a name may have several: aliases of one type
    for path, code in text.items():
        for name in TYPE.findall(code) + ALIAS.findall(code):
            homes.setdefault(name, set()).add(path.removeprefix("include/"))
    for path, code in text.items():
        found = reachable(path, includes) | {path.removeprefix("include/")}
        for name in sorted(set(re.findall(r"\bstd::(\w+)", code))):
            if name in HEADER_OF and HEADER_OF[name] not in found:
                errors.append(f"{path}: std::{name} without #include <{HEADER_OF[name]}>")
        named_here = set(re.findall(r"^\s*(?:template <[^\n]*>\s*)?(?:struct|class|enum class|using) (\w+)", code,
                                    re.MULTILINE))
        for name in sorted(set(re.findall(r"(?<![\w.>:])[A-Z]\w+\b(?!::\w+::)", code)) - named_here):
            if name in homes and not homes[name] & found:
                errors.append(f"{path}: {name} without #include <{sorted(homes[name])[0]}>")


def check_rules(root, errors):
    """Folder rules/ holds every learning rule and nothing else."""
    table_path = "src/rules/rule_entries.cpp"
    headers = [path for path in sorted(files(root, ["include/cohort/rules"])) if not path.endswith("/learning_rules.hpp")]
    table = re.sub(INCLUDE, "", read(root, table_path)) if headers else ""
    for path in headers:
        if not any(re.search(rf"\b{name}\b", table) for name in TYPE.findall(read(root, path))):
            errors.append(f"{path}: no line in {table_path}; what rules share belongs to learning/")


def check_top_level(root, errors):
    # -c: git asks for it when somebody else owns the checkout. Without git there is no tree to check.
    git = subprocess.run(["git", "-c", f"safe.directory={os.path.abspath(root)}", "-C", root, "ls-files"],
                         capture_output=True, text=True)
    for name in sorted({path.split("/")[0] for path in git.stdout.splitlines()}):
        if name not in TOP_LEVEL and not name.startswith("."):
            errors.append(f"{name}: not at the top level (only {', '.join(sorted(TOP_LEVEL))} and dotfiles)")


def check_paths(root, errors):
    at_top = [name for name in os.listdir(root) if os.path.isfile(os.path.join(root, name)) and name in TOP_LEVEL]
    for path in [*at_top, *files(root, SOURCE_FOLDERS)]:
        for found in HOME.findall(read(root, path)):
            errors.append(f"{path}: path of somebody's machine ({found}...)")


def violations(root):
    errors = []
    check_sources(root, errors)
    check_type_names(root, errors)
    check_headers_stand_alone(root, errors)
    check_rules(root, errors)
    check_top_level(root, errors)
    check_paths(root, errors)
    return errors


GOOD_TREE = {
    "src/CMakeLists.txt": "cohort_area(core)\ncohort_area(network USES cohort::core PRIVATE fmt::fmt)\n"
                          "cohort_area(similarity USES cohort::core)\ncohort_area(rules USES cohort::core)\ncohort_area(store USES cohort::network)\n"
                          "cohort_area(cluster USES cohort::store)\n",
    "include/cohort/core/a.hpp": "#pragma once\n#include <vector>\nnamespace cohort {\nstruct Twice {};\nclass Other;\n"
                                 "template <class T>\nclass Other<T*> {};\n}\n",
    "include/cohort/network/b.hpp": "#pragma once\n#include <cohort/core/a.hpp>\n",
    "src/store/file.hpp": "#pragma once\n#include <hdf5.h>\n#include <mpi.h>\n#include <cohort/core/a.hpp>\n",
    "src/store/file.cpp": '#include "file.hpp"\n#include <cohort/network/b.hpp>\n',
    "src/cluster/c.cpp": "#include <boost/mpi/communicator.hpp>\n#include <cohort/network/b.hpp>\n",
    "apps/main.cpp": "#include <cohort/core/a.hpp>\n",
    "include/cohort/rules/oja.hpp": "#pragma once\nnamespace cohort {\nclass Oja final : public Rule {};\n}\n",
    "src/rules/rule_entries.cpp": "#include <cohort/rules/oja.hpp>\nauto table = rule<Oja>();\n",
    "README.md": "Cohort\n",
    ".gitignore": "build/\n",
}

# What is added to the good tree, and what must be said about it.
BREAKS = [
    ("src/core/up.cpp", "#include <cohort/network/b.hpp>\n", "room core includes"),
    ("src/core/up.cpp", '#include "../network/b.hpp"\n', "room core includes"),
    ("include/cohort/similarity/s.hpp", "#pragma once\n#include <cohort/network/b.hpp>\n", "room similarity includes"),
    ("src/attic/x.cpp", "int x;\n", "no room attic"),
    ("src/CMakeLists.txt", "cohort_area(core USES cohort::network)\ncohort_area(network)\n", "does not stand below"),
    ("src/network/m.cpp", "#include <mpi.h>\n", "MPI (mpi.h)"),
    ("apps/m.cpp", "  #  include <boost/mpi.hpp>\n", "MPI (boost/mpi.hpp)"),
    ("src/cluster/h.cpp", "#include <hdf5.h>\n", "HDF5 (hdf5.h)"),
    ("src/network/h.cpp", "#include <H5Fpublic.h>\n", "HDF5 (H5Fpublic.h)"),
    ("include/cohort/core/p.hpp", "#include <vector>\n", "no #pragma once"),
    ("include/cohort/core/q.hpp", '#pragma once\n#include "a.hpp"\n', "write #include <cohort/area/thing.hpp>"),
    ("include/cohort/core/deep/r.hpp", "#pragma once\n", "public headers are"),
    ("src/network/t.hpp", "#pragma once\nnamespace cohort {\nclass Twice final : public A {};\n}\n", "Twice is also"),
    ("include/cohort/core/v.hpp", "#pragma once\nstd::optional<int> v();\n", "std::optional without"),
    ("include/cohort/core/w.hpp", "#pragma once\nvoid w(const Twice&);\n", "Twice without"),
    ("include/cohort/rules/hebb.hpp", "#pragma once\nnamespace cohort {\nstruct Hebb {\n};\n}\n", "hebb.hpp: no line in"),
    ("notes/n.txt", "hello\n", "notes: not at the top level"),
    ("jobs/j.sh", "cd /ho" + "me/ada/cohort\n", "path of somebody's machine"),
]


def told_about(tree):
    with tempfile.TemporaryDirectory() as root:
        for path, text in tree.items():
            os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
            with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                file.write(text)
        subprocess.run(["git", "-C", root, "init", "--quiet"], check=True)
        subprocess.run(["git", "-C", root, "add", "."], check=True)
        return violations(root)


def self_test():
    failures = [f"good tree: {line}" for line in told_about(GOOD_TREE)]
    for path, text, expected in BREAKS:
        told = told_about({**GOOD_TREE, path: text})
        if not any(expected in line for line in told):
            failures.append(f"{path}: expected '{expected}', was told {told}")
    return failures


if __name__ == "__main__":
    problems = self_test() if "--self-test" in sys.argv else violations(sys.argv[1])
    print("\n".join(problems) or "house rules: ok")
    sys.exit(1 if problems else 0)
