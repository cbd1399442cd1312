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
  EXPECT_TRUE(usage({"chekc", "p"})
                  .starts_with("2 tocsin: there is no command `chekc`; perhaps `check`\n"));
  EXPECT_NE(usage({"check"}).find("POLICY is required\n  help: tocsin check --help shows"),
            std::string::npos);
  EXPECT_TRUE(usage({"check", "p", "--jsn"})
                  .starts_with("2 tocsin: there is no option `--jsn`; perhaps `--json`\n"));
  EXPECT_TRUE(usage({"replay", "p"}).starts_with("2 "));
  EXPECT_NE(
      usage({"replay", "p", "f.csv", "--as", "x"}).find("must come before the files it is for"),
      std::string::npos);
  EXPECT_NE(usage({"run", "p"}).find("--data is required"), std::string::npos);
  EXPECT_TRUE(usage({"run", "p", "--data", "d", "--config", "none.toml"})
                  .starts_with("2 tocsin: cannot read none.toml"));
  EXPECT_TRUE(usage({"feed", "f.csv"}).starts_with("2 "));
  EXPECT_TRUE(usage({"tail", "1", "--ack"}).starts_with("2 "));
  EXPECT_TRUE(usage({"rejects", "--data", "d", "--json", "--lines"}).starts_with("2 "));
  EXPECT_TRUE(usage({"completion", "fish"}).starts_with("2 "));
}

TEST_F(App, AValueThatDoesNotFitIsNamedInPlainWords) {
  const auto about = [this](std::vector<std::string> arguments) {
    const std::string text = usage(std::move(arguments));
    return text.substr(0, text.find('\n'));
  };
  EXPECT_EQ(about({"replay", "p", "f", "--threads", "0"}),
            "2 tocsin: --threads: `0` is not a whole number from 1 to 1024");
  for (const std::string seed : {"many", "-1", "18446744073709551616", "1.5"}) {
    EXPECT_EQ(
        about({"replay", "p", "f", "--shuffle", seed}),
        "2 tocsin: --shuffle: `" + seed + "` is not a whole number from 0 to 18446744073709551615");
  }
  EXPECT_EQ(about({"replay", "p", "f", "--until"}), "2 tocsin: --until needs a value");
  EXPECT_EQ(about({"run", "p", "--data", "d", "--clock", "moon"}),
            "2 tocsin: --clock: `moon` is not event or wall");
  EXPECT_EQ(about({"run", "p", "--data", "d", "--memory", "big"}),
            "2 tocsin: --memory: `big` is not a size such as 512m or 4g");
  EXPECT_EQ(about({"run", "p", "--data", "d", "--memory", "1023k"}),
            "2 tocsin: --memory: `1023k` is less than 1m");
  EXPECT_EQ(about({"check", "p", "--cost", "--rate", "a=b"}),
            "2 tocsin: --rate: `a=b` is not a rate such as penalty=3/365d");
  for (const std::string skew : {"1", "d", "-1d", "1.5h", "2w", "6324481s0", "99999999999d"}) {
    EXPECT_EQ(about({"run", "p", "--data", "d", "--skew=" + skew}),
              "2 tocsin: --skew: `" + skew + "` is not a span of time such as 90s, 10m, 6h or 2d");
  }
  for (const std::string keep : {"d", "forever", "-4d", "4y"}) {
    EXPECT_EQ(
        about({"run", "p", "--data", "d", "--keep=" + keep}),
        "2 tocsin: --keep: `" + keep + "` is neither days such as 400d nor a size such as 50g");
  }
  for (const std::string rate : {"0", "-1", "fast", "inf"}) {
    EXPECT_EQ(about({"feed", "f", "--to", "1", "--rate", rate}),
              "2 tocsin: --rate: `" + rate + "` is not a number above 0");
  }
  EXPECT_EQ(about({"tail", "1", "--from", "xyz"}),
            "2 tocsin: --from: `xyz` is not open, start, now, or the seq of a message");
}

TEST_F(App, AWrongAddressIsRefusedBeforeAnythingIsDone) {
  const std::string data = (folder_ / "data").string();
  EXPECT_TRUE(usage({"feed", "f", "--to", "foo"})
                  .starts_with("2 tocsin: --to: \"foo\" is not an address: the port must be"));
  EXPECT_TRUE(usage({"feed", "f", "--to", ":99999"}).starts_with("2 "));
  EXPECT_TRUE(usage({"tail", "127.0.0.1:70000"}).starts_with("2 "));
  EXPECT_TRUE(usage({"run", "p", "--data", data, "--records", "foo:bar"}).starts_with("2 "));
  EXPECT_TRUE(usage({"run", "p", "--data", data, "--warnings", "foo:bar"}).starts_with("2 "));
  const std::string config = write("c.toml", "records = \"foo:bar\"");
  EXPECT_TRUE(usage({"run", "p", "--data", data, "--config", config}).starts_with("2 "));
  EXPECT_FALSE(std::filesystem::exists(data));
}

TEST_F(App, OutputThatIsLostIsTold) {
  const int full = ::open("/dev/full", O_WRONLY);
  const std::string told = (folder_ / "told").string();
  const int err = ::open(told.c_str(), O_CREAT | O_WRONLY, 0600);
  {
    Console console(full, err);
    const char* const argv[] = {"tocsin", "--help"};
    EXPECT_EQ(run_app(2, argv, console), kExitEnvironment);
  }
  ::close(err);
  ::close(full);
  EXPECT_TRUE(read_all(told).starts_with(
      "tocsin: cannot write standard output: No space left on device\n  help: "));
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
}

TEST_F(App, AnEntryOfAPolicyFolderThatIsNoFileIsNamed) {
  write("folder/a.rules/b.rules", "");
  const Outcome folder = tocsin({"check", (folder_ / "folder").string()});
  EXPECT_EQ(folder.exit, kExitInput);
  EXPECT_NE(folder.err.find("folder/a.rules is a folder"), std::string::npos) << folder.err;
  write("link/a.rules", "");
  std::filesystem::create_symlink("nowhere", folder_ / "link/b.rules");
  const Outcome link = tocsin({"check", (folder_ / "link").string()});
  EXPECT_EQ(link.exit, kExitInput);
  EXPECT_NE(link.err.find("link/b.rules is a link to a file that is not there"), std::string::npos)
      << link.err;
}

TEST_F(App, APolicyThatIsNotUtf8IsAMistakeWithAPlace) {
  const std::string path = write("a.rules", "policy \"x\xFF\" {}");
  const Outcome text = tocsin({"check", path});
  EXPECT_EQ(text.exit, kExitInput);
  EXPECT_NE(text.err.find("a.rules:1:10: error R0001: "), std::string::npos) << text.err;
  EXPECT_EQ(text.err.find('\xFF'), std::string::npos);
  EXPECT_NE(tocsin({"check", "--json", path}).out.find("\"code\":\"R0001\""), std::string::npos);
}

TEST_F(App, ControlCharactersOfAPolicyDoNotReachTheTerminal) {
  const Outcome outcome = tocsin({"check", write("a.rules", "policy \"x\" { \x1B[31m }\n")});
  EXPECT_EQ(outcome.exit, kExitInput);
  EXPECT_NE(outcome.err.find("R0007"), std::string::npos) << outcome.err;
  EXPECT_EQ(outcome.err.find('\x1B'), std::string::npos);
}

}  // namespace
}  // namespace tocsin
