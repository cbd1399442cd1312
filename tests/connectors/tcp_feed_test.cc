// The feeder's side, against the real server.
#include "connectors/tcp/feed_client.h"

#include "connectors/tcp/send_window.h"
#include "rules-dsl/limits.h"
#include "tests/connectors/tcp_fixture.h"

namespace tocsin::testing_tcp {
namespace {

// `count` lines "1", "2", ... in chunks of `per_chunk`; every `bad_every`-th is bad.
std::function<Result<Chunk>()> numbered(int count, int per_chunk, int bad_every = 0) {
  return [=, next = 1]() mutable -> Result<Chunk> {
    Chunk chunk;
    for (; next <= count && chunk.lines < static_cast<uint32_t>(per_chunk); ++next, ++chunk.lines) {
      if (bad_every > 0 && next % bad_every == 0) chunk.bytes += "bad ";
      chunk.bytes += std::to_string(next) + "\n";
    }
    return chunk;
  };
}

class TcpFeed : public TcpTest {
 protected:
  FeedOptions to_service(const std::string& source = "src") {
    FeedOptions options;
    options.address = records();
    options.source = source;
    return options;
  }
  // The engine has lines 1..count of the source, in order, once each.
  void expect_lines(int count) {
    const auto lines = engine_.lines();
    ASSERT_EQ(lines.size(), static_cast<size_t>(count));
    for (int i = 0; i < count; ++i) {
      ASSERT_EQ(lines[i].number, static_cast<uint64_t>(i + 1));
      ASSERT_EQ(lines[i].text, std::to_string(i + 1));
    }
  }
};

TEST_F(TcpFeed, ReturnsWhenEverythingIsDurable) {
  start();
  FeedCallbacks callbacks;
  callbacks.next = numbered(10'000, 700);
  FeedOptions options = to_service();
  options.as_type = "penalty";
  const Result<FeedProgress> done = feed(options, callbacks);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_EQ(done.value().lines_sent, 10'000u);
  EXPECT_EQ(done.value().lines_durable, 10'000u);
  EXPECT_EQ(done.value().lines_skipped, 0u);
  expect_lines(10'000);
  EXPECT_EQ(engine_.lines().front().as_type, "penalty");
}

TEST_F(TcpFeed, SkipsWhatIsDurableAndSendsTheRest) {
  start();
  FeedCallbacks callbacks;
  callbacks.next = numbered(1'234, 100);
  ASSERT_TRUE(feed(to_service(), callbacks).ok());
  callbacks.next = numbered(2'000, 100);
  const Result<FeedProgress> done = feed(to_service(), callbacks);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done.value().lines_skipped, 1'234u);
  EXPECT_EQ(done.value().lines_sent, 766u);
  expect_lines(2'000);
  callbacks.next = numbered(2'000, 100);  // all of it is there
  EXPECT_EQ(feed(to_service(), callbacks).value().lines_sent, 0u);
}

TEST_F(TcpFeed, ASourceThatBecameShorterIsAnErrorAndNothingIsSent) {
  start();
  FeedCallbacks callbacks;
  callbacks.next = numbered(2'000, 100);
  ASSERT_TRUE(feed(to_service(), callbacks).ok());
  callbacks.next = numbered(1'999, 100);
  const Result<FeedProgress> done = feed(to_service(), callbacks);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::kInput);
  EXPECT_NE(done.error().message.find("1999 lines here, but 2000"), std::string::npos)
      << done.error().message;
  EXPECT_NE(done.error().remedy.find("--source"), std::string::npos) << done.error().remedy;
  expect_lines(2'000);
}

TEST_F(TcpFeed, TellsEveryRejectedLine) {
  start();
  FeedCallbacks callbacks;
  callbacks.next = numbered(300, 40, 100);
  std::vector<uint64_t> rejected;
  callbacks.rejected = [&](uint64_t line, const std::string& reason, const std::string& field) {
    rejected.push_back(line);
    EXPECT_EQ(reason, "not \"good\"");
    EXPECT_EQ(field, "f");
  };
  const Result<FeedProgress> done = feed(to_service(), callbacks);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(rejected, (std::vector<uint64_t>{100, 200, 300}));
  EXPECT_EQ(done.value().lines_rejected, 3u);
}

TEST_F(TcpFeed, ALineThatCannotBeFramedIsSentAsOneThatIsRejected) {
  start();
  FeedCallbacks callbacks;
  callbacks.next = [calls = 0]() mutable -> Result<Chunk> {
    Chunk chunk;
    if (calls++ > 1) return chunk;
    chunk.first_line = 10;  // as with several files, these are not the feed's own numbers
    chunk.byte_offset = 100;
    chunk.lines = 3;
    chunk.bytes = "1\n\n3\n";
    chunk.framing_rejects = {{11, 102, "two cells", "a,\"b\r\n" + std::string(9'000, 'c')}};
    return chunk;
  };
  ASSERT_TRUE(feed(to_service(), callbacks).ok());
  const auto lines = engine_.lines();
  ASSERT_EQ(lines.size(), 6u);
  EXPECT_EQ(lines[3].text, "1");
  EXPECT_EQ(lines[4].number, 5u);
  EXPECT_TRUE(lines[4].text.starts_with("! two cells: a,\"b  ccc"));
  EXPECT_EQ(lines[4].text.size(), limits::kRejectTextBytesMax);
  EXPECT_EQ(lines[5].text, "3");
}

TEST_F(TcpFeed, ResumesOverLostConnectionsWithoutLossOrRepeat) {
  start();
  FeedCallbacks callbacks;
  auto source = numbered(3'000, 100);
  int pulled = 0;
  callbacks.next = [&] {
    if (++pulled % 10 == 0) restart_service();  // every connection breaks
    return source();
  };
  FeedOptions options = to_service();
  const Result<FeedProgress> done = feed(options, callbacks);
  ASSERT_TRUE(done.ok()) << done.error().message;
  EXPECT_GE(done.value().reconnects, 1u);
  expect_lines(3'000);
}

TEST_F(TcpFeed, AServiceThatIsNotThereIsAnErrorInTime) {
  FeedOptions options;
  options.address = "127.0.0.1:1";
  options.source = "s";
  options.first_connect_max = 150ms;
  FeedCallbacks callbacks;
  callbacks.next = numbered(1, 1);
  const Result<FeedProgress> done = feed(options, callbacks);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::kEnvironment);
  EXPECT_NE(done.error().message.find("Connection refused"), std::string::npos);
}

TEST_F(TcpFeed, TheServicesRefusalIsTheError) {
  options_.records.record_types = {"penalty"};
  start();
  FeedOptions options = to_service();
  options.as_type = "penalt";
  FeedCallbacks callbacks;
  callbacks.next = numbered(1, 1);
  const Result<FeedProgress> done = feed(options, callbacks);
  ASSERT_FALSE(done.ok());
  EXPECT_NE(done.error().message.find("did you mean \"penalty\"?"), std::string::npos)
      << done.error().message;
}

TEST_F(TcpFeed, AnErrorOfTheInputComesAfterWhatWasReadIsDurable) {
  start();
  auto source = numbered(50, 50);
  FeedCallbacks callbacks;
  callbacks.next = [&, calls = 0]() mutable -> Result<Chunk> {
    if (calls++ == 0) return source();
    return Error{ErrorKind::kInput, "file.gz: truncated", ""};
  };
  const Result<FeedProgress> done = feed(to_service(), callbacks);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().message, "file.gz: truncated");
  expect_lines(50);
}

TEST_F(TcpFeed, KeepsToItsRate) {
  start();
  FeedOptions options = to_service();
  options.lines_per_second = 100;
  FeedCallbacks callbacks;
  callbacks.next = numbered(30, 30);
  const Clock::time_point before = Clock::now();
  ASSERT_TRUE(feed(options, callbacks).ok());
  EXPECT_GT(Clock::now() - before, 150ms);  // 29 lines after the first, ten of them at once at most
  expect_lines(30);
}

TEST_F(TcpFeed, StopsWhenAsked) {
  start();
  engine_.hold(true);
  FeedCallbacks callbacks;
  callbacks.next = numbered(10, 10);
  std::atomic<bool> stop_now{false};
  callbacks.progress = [&](const FeedProgress& progress) { stop_now = progress.lines_sent == 10; };
  callbacks.stopped = [&] { return stop_now.load(); };
  const Result<FeedProgress> done = feed(to_service(), callbacks);
  ASSERT_TRUE(done.ok());
  EXPECT_EQ(done.value().lines_durable, 0u);
}

TEST_F(TcpFeed, AServiceThatForgotWhatItHadConfirmedIsNotFedSilently) {
  start();
  FeedCallbacks callbacks;
  auto source = numbered(200, 100);
  callbacks.next = [&, calls = 0]() mutable {
    if (++calls == 2) {
      restart_service();
      engine_.set_position("src", 3);
    }
    return source();
  };
  FeedOptions options = to_service();
  options.window_bytes = 1;  // the second chunk is read when the first one is durable
  const Result<FeedProgress> done = feed(options, callbacks);
  ASSERT_FALSE(done.ok());
  EXPECT_EQ(done.error().kind, ErrorKind::kCorrupt);
}

TEST(SendWindow, ResumesInTheMiddleOfAPiece) {
  SendWindow window;
  Chunk chunk;
  chunk.lines = 3;
  chunk.bytes = "one\ntwo\nthree\n";
  EXPECT_EQ(window.add(chunk), 0u);
  EXPECT_EQ(window.next_bytes(1), "one\n");
  EXPECT_EQ(window.sent(6), 1u);  // "one\ntw"
  EXPECT_EQ(window.next_bytes(9), "o\nthree\n");
  window.drop_until(1);
  EXPECT_EQ(window.next_bytes(9), "o\nthree\n");
  window.resume_behind(1);
  EXPECT_EQ(window.next_bytes(9), "two\nthree\n");
  EXPECT_EQ(window.sent(10), 2u);
  EXPECT_FALSE(window.to_send());
  EXPECT_EQ(window.lines_sent(), 3u);
  window.drop_until(3);
  EXPECT_TRUE(window.empty());
  EXPECT_EQ(window.bytes(), 0u);
}

}  // namespace
}  // namespace tocsin::testing_tcp
