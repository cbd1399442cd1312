// The command line itself: usage, help, completion.
#include "tests/connectors/command_fixture.h"

namespace tocsin {
namespace {

class App : public CommandTest {
 protected:
  // Exit code and what is told about a wrong command line.
  std::string usage(std::vector<std::string> arguments) const {
    const Outcome outcome = tocsin(std::move(arguments));
    EXPECT_EQ(outcome.out, "");
    return std::to_string(outcome.exit) + " " + outcome.err;
  }
};

TEST_F(App, MistakesOnTheCommandLineExitWithTwo) {
  EXPECT_EQ(usage({}),
            "2 tocsin: A subcommand is required\n  help: tocsin --help shows what there is\n");
  EXPECT_TRUE(usage({"chekc"}).starts_with("2 tocsin: "));
  EXPECT_NE(usage({"check"}).find("POLICY is required\n  help: tocsin check --help shows"),
            std::string::npos);
  EXPECT_TRUE(usage({"check", "p", "--jsn"}).starts_with("2 "));
  EXPECT_TRUE(usage({"replay", "p"}).starts_with("2 "));
  EXPECT_TRUE(usage({"replay", "p", "f.csv", "--threads", "0"}).starts_with("2 "));
  EXPECT_TRUE(usage({"replay", "p", "f.csv", "--shuffle", "many"}).starts_with("2 "));
  EXPECT_NE(
      usage({"replay", "p", "f.csv", "--as", "x"}).find("must come before the files it is for"),
      std::string::npos);
  EXPECT_NE(usage({"run", "p"}).find("--data is required"), std::string::npos);
  EXPECT_TRUE(usage({"run", "p", "--data", "d", "--clock", "moon"}).starts_with("2 "));
  EXPECT_TRUE(usage({"run", "p", "--data", "d", "--config", "none.toml"})
                  .starts_with("2 tocsin: cannot read none.toml"));
  EXPECT_TRUE(usage({"feed", "f.csv"}).starts_with("2 "));
  EXPECT_TRUE(usage({"feed", "f.csv", "--to", "1", "--rate", "-1"}).starts_with("2 "));
  EXPECT_TRUE(usage({"tail", "1", "--ack"}).starts_with("2 "));
  EXPECT_TRUE(usage({"rejects", "--data", "d", "--json", "--lines"}).starts_with("2 "));
  EXPECT_TRUE(usage({"completion", "fish"}).starts_with("2 "));
}

TEST_F(App, EveryCommandTeachesByExample) {
  for (const char* command :
       {"check", "test", "replay", "run", "feed", "tail", "rejects", "completion"}) {
    const Outcome outcome = tocsin({command, "--help"});
    EXPECT_EQ(outcome.exit, kExitFine);
    EXPECT_NE(outcome.out.find("xample"), std::string::npos) << command;
    EXPECT_NE(outcome.out.find(std::string("tocsin ") + command), std::string::npos) << outcome.out;
  }
  EXPECT_NE(tocsin({"--help"}).out.find("Exit codes: 0 fine"), std::string::npos);
  EXPECT_TRUE(tocsin({"--version"}).out.starts_with("tocsin 0."));
}

// Asks the script for completions of a command line whose last word is being typed.
TEST_F(App, CompletionIsAWorkingBashScript) {
  const std::string script = write("completion.bash", tocsin({"completion", "bash"}).out);
  const auto complete = [&](const std::string& words, int last) {
    const std::string answer = (folder_ / "answer").string();
    const std::string program = "source " + script + "; COMP_WORDS=(" + words +
                                "); COMP_CWORD=" + std::to_string(last) +
                                "; compopt() { echo files; }; _tocsin; echo ${COMPREPLY[@]}";
    const int status = std::system(("bash -c '" + program + "' > " + answer).c_str());
    EXPECT_EQ(status, 0);
    return read_all(answer);
  };
  EXPECT_EQ(complete("tocsin re", 1), "replay rejects\n");
  EXPECT_EQ(complete("tocsin check --j", 2), "--json\n");
  EXPECT_EQ(complete("tocsin run p --clock w", 4), "wall\n");
  EXPECT_EQ(complete("tocsin replay p", 2), "files\n\n");
}

TEST_F(App, FilesThatAreNotThereAreTheInputsFault) {
  const Outcome check = tocsin({"check", (folder_ / "none").string()});
  EXPECT_EQ(check.exit, kExitInput);
  EXPECT_NE(check.err.find("none: no such file or folder\n  help: check the path"),
            std::string::npos)
      << check.err;
  const Outcome rejects = tocsin({"rejects", "--data", folder_.string()});
  EXPECT_EQ(rejects.exit, kExitInput);
  EXPECT_NE(rejects.err.find("is not the data folder of a tocsin service"), std::string::npos);
}

TEST_F(App, APolicyFolderNeedsRules) {
  write("empty/readme.txt", "x");
  const Outcome none = tocsin({"check", (folder_ / "empty").string()});
  EXPECT_EQ(none.exit, kExitInput);
  EXPECT_NE(none.err.find("no *.rules file in"), std::string::npos);
  write("bad/a.rules", "policy \"x\xFF\" {}");
  const Outcome bad = tocsin({"check", (folder_ / "bad").string()});
  EXPECT_NE(bad.err.find("bad/a.rules is not UTF-8: byte 10 of the file"), std::string::npos)
      << bad.err;
}

}  // namespace
}  // namespace tocsin
