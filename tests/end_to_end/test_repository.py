"""What can be seen without running anything: the direction of includes, sizes, and what READMEs say."""

import re
import subprocess
import unittest

from tocsin import PROGRAMS, REPOSITORY, STARTER, TOCSIN, EndToEndTest, run

# Each folder and what it may include.
LAYERS = {
    "rules-dsl": {"rules-dsl"},
    "engine": {"rules-dsl", "engine"},
    "connectors": {"rules-dsl", "engine", "connectors"},
    "examples": {"examples"},
    "bench": {"rules-dsl", "engine", "connectors", "bench", "examples", "tests"},
    "tests": {"rules-dsl", "engine", "connectors", "examples", "tests"},
}
# Who may speak to the network, and to the store.
PRIVATE = {
    r"boost/asio|sys/socket|netinet": {"connectors", "tests", "bench"},
    r"lmdb": {"engine", "tests", "bench"},
    r"simdjson|tbb|oneapi": {"engine", "connectors", "tests", "bench"},
}
LINES_MAX = 400


def sources(folder):
    return [path for path in (REPOSITORY / folder).rglob("*") if path.suffix in (".h", ".cc")]


class Repository(unittest.TestCase):
    def test_nobody_includes_against_the_arrow(self):
        wrong = []
        for folder, allowed in LAYERS.items():
            for path in sources(folder):
                for included in re.findall(r'#include "([^"]+)"', path.read_text()):
                    if included.split("/")[0] not in allowed:
                        wrong.append(f"{path.relative_to(REPOSITORY)} includes {included}")
        self.assertEqual(wrong, [])

    def test_sockets_and_stores_stay_in_their_folders(self):
        wrong = []
        for folder in LAYERS:
            for path in sources(folder):
                for included in re.findall(r"#include <([^>]+)>", path.read_text()):
                    wrong += [f"{path.relative_to(REPOSITORY)} includes {included}"
                              for library, allowed in PRIVATE.items()
                              if re.match(library, included) and folder not in allowed]
        self.assertEqual(wrong, [])

    def test_no_file_is_longer_than_a_reader_can_bear(self):
        lengths = {str(path.relative_to(REPOSITORY)): len(path.read_text().splitlines())
                   for folder in LAYERS for path in sources(folder)}
        self.assertEqual({p: n for p, n in lengths.items() if n > LINES_MAX}, {})

    def test_every_folder_has_a_readme(self):
        folders = [*LAYERS, "tests/end_to_end", "examples/food-safety", "examples/starter", "."]
        self.assertEqual([f for f in folders if not (REPOSITORY / f / "README.md").is_file()], [])

    def test_links_between_readmes_lead_somewhere(self):
        broken = []
        for readme in REPOSITORY.rglob("README.md"):
            for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", readme.read_text()):
                if not (readme.parent / target).exists():
                    broken.append(f"{readme.relative_to(REPOSITORY)}: {target}")
        self.assertEqual(broken, [])

    def test_every_source_file_is_in_a_list(self):
        lists = {path.parent: path.read_text() for path in REPOSITORY.rglob("CMakeLists.txt")
                 if "build" not in path.relative_to(REPOSITORY).parts}
        forgotten = []
        for folder in LAYERS:
            for path in sources(folder):
                near = next(p for p in path.parents if p in lists)
                if path.suffix == ".cc" and str(path.relative_to(near)) not in lists[near]:
                    forgotten.append(str(path.relative_to(REPOSITORY)))
        self.assertEqual(forgotten, [])


class CommandLine(EndToEndTest):
    def commands(self):
        listed = run(TOCSIN, "--help").stdout.partition("Subcommands:\n")[2].partition("\n\n")[0]
        return re.findall(r"^  ([a-z]+)", listed, re.MULTILINE)

    def test_readme_names_every_command_and_no_other(self):
        readme = (REPOSITORY / "README.md").read_text()
        table = set(re.findall(r"^\| `tocsin ([a-z]+)", readme, re.MULTILINE))
        self.assertEqual(table, set(self.commands()))

    def test_every_command_helps(self):
        for command in self.commands():
            self.assertIn("tocsin " + command, run(TOCSIN, command, "--help").stdout)

    def test_the_example_policies_pass_their_own_tests(self):
        for policy in (STARTER, REPOSITORY / "examples/food-safety"):
            run(TOCSIN, "check", policy)
            run(TOCSIN, "check", policy, "--cost")
            run(TOCSIN, "fmt", "--check", policy)
            run(TOCSIN, "test", policy)

    def test_usage_mistakes_end_with_2_and_missing_files_say_so(self):
        run(TOCSIN, "no-such-command", status=2)
        self.assertIn("no-such-folder", run(TOCSIN, "check", "no-such-folder", status=1).stderr)

    def test_the_quickstart_runs_through(self):
        done = subprocess.run(
            [REPOSITORY / "examples/quickstart.sh", "--programs", PROGRAMS, "--records", "3000"],
            capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("nothing was lost", done.stdout)


if __name__ == "__main__":
    unittest.main()
