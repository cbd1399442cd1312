"""Every example in the handbook (rules-dsl/README.md) is a sound policy, and its tests pass.

An example uses what other examples declare; the first of these counts.
"""

import re
import subprocess

from tocsin import REPOSITORY, TOCSIN, EndToEndTest

HANDBOOK = (REPOSITORY / "rules-dsl/README.md").read_text()
DECLARATION = re.compile(r"^(policy|record|profile|table|link|let|score|sample|publish|rule|test)\b *(\w*)")
FILES = {"workdays.csv": "date,is_workday\n2026-01-01,0\n2026-01-02,1\n",
         "regions.csv": "code,name,province\n510100,Chengdu,51\n"}


def examples():
    """The blocks of the handbook that are policies: each a list of (name, text) of its declarations."""
    for block in re.findall(r"^```\n(.*?)^```$", HANDBOOK, re.DOTALL | re.MULTILINE):
        if block.startswith("policy-files ="):
            continue  # the grammar
        declarations = []
        for line in block.splitlines(keepends=True):
            begins = DECLARATION.match(line)
            if begins:
                kind, name = begins.groups()
                unnamed = kind in ("policy", "profile", "publish", "test")
                declarations.append([f"{kind} {len(declarations)}" if unnamed else name, ""])
            if declarations:
                declarations[-1][1] += line
        yield declarations


def whole(example, everything):
    """The example with all that it mentions."""
    policy, size = dict(example), 0
    while size != len(policy):
        size = len(policy)
        text = "\n" + "".join(policy.values())
        words = set(re.findall(r"\w+", text))
        if "\npolicy " not in text:
            words.add("policy 0")
        if "subject." in text and "\nprofile " not in text:
            words.add("profile 0")
        for name, declaration in everything:
            if name in words and name not in policy:
                policy[name] = declaration
    return "".join(policy.values())


class Handbook(EndToEndTest):
    def test_every_example_is_sound_and_its_tests_pass(self):
        blocks = list(examples())
        self.assertGreaterEqual(len(blocks), 12)
        for name, text in FILES.items():
            (self.folder / name).write_text(text)
        policy = self.folder / "example.rules"
        tests = 0
        everything = [declaration for block in blocks for declaration in block]
        for block in blocks:
            policy.write_text(whole(block, everything))
            for command in ("check", "test") if "\ntest " in policy.read_text() else ("check",):
                with self.subTest(example=block[0][0], command=command):
                    done = subprocess.run([TOCSIN, command, self.folder], capture_output=True,
                                          text=True, check=False)
                    self.assertEqual(done.returncode, 0,
                                     policy.read_text() + done.stdout + done.stderr)
                    tests += command == "test"
        self.assertGreater(tests, 0)
