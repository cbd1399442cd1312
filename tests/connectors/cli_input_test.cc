// Files named on the command line, their order, and shuffling.
#include <algorithm>
#include <set>

#include "connectors/cli/file_batches.h"
#include "connectors/cli/input_options.h"
#include "connectors/cli/service_config.h"
#include "tests/connectors/file_fixture.h"

namespace tocsin {
namespace {

std::string parsed(std::vector<std::string> arguments) {
  CLI::App app;
  std::string policy;
  app.add_option("POLICY", policy)->required();
  bool net = false;
  app.add_flag("--net", net);
  InputOptions input(app);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  const auto files = input.files();
  if (!files) return "mistake";
  std::string text = policy + ":";
  for (const InputFile& file : *files) text += " " + file.path + "=" + file.as_type;
  return text;
}

TEST(InputOptions, ATypeHoldsForTheFilesAfterIt) {
  EXPECT_EQ(parsed({"p", "a"}), "p: a=");
  EXPECT_EQ(parsed({"p", "--as", "x", "a", "b", "--as", "y", "c"}), "p: a=x b=x c=y");
  EXPECT_EQ(parsed({"p", "a", "--as=x", "b", "--net", "c"}), "p: a= b=x c=x");
  EXPECT_EQ(parsed({"--as", "x", "p", "a"}), "p: a=x");
  EXPECT_EQ(parsed({"p", "-"}), "p: -=");
  EXPECT_EQ(parsed({"p", "a", "--as", "x"}), "mistake");
}

class Batches : public FileTest {
 protected:
  static std::vector<std::string> lines_of(BatchSource& source) {
    std::vector<std::string> lines;
    Batch batch;
    while (source.next(batch)) {
      EXPECT_GT(batch.wall_micros, 0);
      for (const Chunk& chunk : batch.chunks) {
        for (size_t begin = 0; begin < chunk.bytes.size();) {
          const size_t end = chunk.bytes.find('\n', begin);
          lines.push_back(chunk.as_type + chunk.bytes.substr(begin, end - begin));
          begin = end + 1;
        }
      }
    }
    return lines;
  }
  std::string numbered(const std::string& name, int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "{\"n\":" + std::to_string(i) + "}\n";
    return write(name, text);
  }
  static std::vector<std::string> shuffled(const std::vector<InputFile>& files, uint64_t seed) {
    auto batches = ShuffledBatches::read(files, 100, seed);
    EXPECT_TRUE(batches.ok());
    return lines_of(**batches);
  }
};

TEST_F(Batches, FilesFollowOneAnother) {
  FileBatches batches(
      {{numbered("a.json", 3), "x"}, {write("e.json", ""), ""}, {numbered("b.json", 2), "y"}}, 2);
  const std::vector<std::string> expected{"x{\"n\":0}", "x{\"n\":1}", "x{\"n\":2}", "y{\"n\":0}",
                                          "y{\"n\":1}"};
  EXPECT_EQ(lines_of(batches), expected);
  EXPECT_FALSE(batches.failure().has_value());
}

TEST_F(Batches, AMissingFileEndsWithItsName) {
  FileBatches batches({{numbered("a.json", 3), ""}, {(folder_ / "none.json").string(), ""}}, 0);
  EXPECT_EQ(lines_of(batches).size(), 3u);
  ASSERT_TRUE(batches.failure().has_value());
  EXPECT_NE(batches.failure()->message.find("none.json"), std::string::npos);
}

TEST_F(Batches, ShufflingKeepsEveryLineAndDependsOnTheSeedAlone) {
  const std::vector<InputFile> files{{numbered("a.json", 500), "x"},
                                     {numbered("b.json", 300), "y"}};
  const std::vector<std::string> first = shuffled(files, 1);
  EXPECT_EQ(first.size(), 800u);
  EXPECT_EQ(std::set<std::string>(first.begin(), first.end()).size(), 800u);
  EXPECT_EQ(shuffled(files, 1), first);
  EXPECT_NE(shuffled(files, 2), first);
  EXPECT_FALSE(std::is_sorted(first.begin(), first.begin() + 50));
}

TEST_F(Batches, ShufflingKeepsLinesThatCannotBeFramed) {
  auto batches = ShuffledBatches::read({{write("a.csv", "a,b\n1,2\n3\n"), "x"}}, 0, 1);
  ASSERT_TRUE(batches.ok());
  Batch batch;
  ASSERT_TRUE((*batches)->next(batch));
  ASSERT_EQ(batch.chunks.size(), 1u);
  EXPECT_EQ(batch.chunks[0].lines, 2u);
  EXPECT_EQ(batch.chunks[0].framing_rejects.size(), 1u);
  EXPECT_FALSE((*batches)->next(batch));
}

class ServiceConfig : public FileTest {
 protected:
  // Port, listeners and delay after command line and file; or the error.
  std::string configured(std::vector<std::string> arguments, const std::string& toml) {
    CLI::App app;
    int delay = 5;
    std::vector<std::string> records;
    app.add_option("--batch-delay", delay)->check(CLI::Range(0, 100));
    app.add_option("--records", records);
    std::reverse(arguments.begin(), arguments.end());
    app.parse(arguments);
    try {
      apply_config(write("c.toml", toml), app);
    } catch (const CLI::ParseError& error) {
      return std::string(error.what()).substr(folder_.string().size() + 1);
    }
    std::string text = std::to_string(delay);
    for (const std::string& address : records) text += " " + address;
    return text;
  }
};

TEST_F(ServiceConfig, TheCommandLineGoesBeforeTheFile) {
  EXPECT_EQ(configured({}, "batch-delay = 7\nrecords = \"1\""), "7 1");
  EXPECT_EQ(configured({"--batch-delay", "9"}, "batch-delay = 7\nrecords = [\"1\", \"unix:x\"]"),
            "9 1 unix:x");
}

TEST_F(ServiceConfig, MistakesNameTheirLine) {
  EXPECT_EQ(configured({}, "\nbatch-dely = 7"),
            "c.toml:2: there is no option `batch-dely`; perhaps `batch-delay`");
  EXPECT_EQ(configured({}, "batch-delay = 700").substr(0, 9), "c.toml:1:");
  EXPECT_EQ(configured({}, "batch-delay = {a = 1}").substr(0, 9), "c.toml:1:");
  EXPECT_EQ(configured({}, "batch-delay = ").substr(0, 9), "c.toml:1:");
}

}  // namespace
}  // namespace tocsin
