// Feeders and subscribers that are slow, silent, broken or too many.
#include "rules-dsl/limits.h"
#include "tests/connectors/tcp_fixture.h"

namespace tocsin::testing_tcp {
namespace {

class TcpHostile : public TcpTest {
 protected:
  // Another connection works as if nothing were wrong.
  void expect_service_for_others() {
    Peer other(records());
    other.send("{\"hello\":{\"source\":\"other\"}}\n");
    const std::string welcome = other.line();
    EXPECT_TRUE(welcome.starts_with("{\"welcome\"")) << welcome;
    other.send("fine\n");
    EXPECT_TRUE(other.line().starts_with("{\"durable\""));
  }

  // Messages of 4 kB.
  void publish_large(uint64_t count) {
    for (uint64_t i = 0; i < count; ++i) {
      Message message;
      message.json = std::string(4'000, 'p');
      publish(std::move(message));
    }
  }
};

TEST_F(TcpHostile, AHelloLineOfTheLimitIsReadAndOneByteMoreIsNot) {
  start();
  const std::string begin = "{\"hello\":{\"source\":\"s\",\"token\":\"", end = "\"}}";
  const auto hello = [&](size_t bytes) {
    return begin + std::string(bytes - begin.size() - end.size(), 't') + end + "\n";
  };
  Peer longest(records()), longer(records()), endless(records());
  longest.send(hello(limits::kControlLineBytesMax));
  EXPECT_EQ(longest.line(), R"({"welcome":{"durable":0}})");
  longer.send(hello(limits::kControlLineBytesMax + 1));
  EXPECT_NE(longer.line().find("65536"), std::string::npos);
  EXPECT_EQ(longer.line(), "<end>");
  endless.send(begin + std::string(2 * limits::kControlLineBytesMax, 't'));
  EXPECT_NE(endless.line().find("65536"), std::string::npos);
}

TEST_F(TcpHostile, ASubscriptionLineOfTheLimitIsReadAndOneByteMoreIsNot) {
  start();
  const std::string begin = "{\"subscribe\":{\"token\":\"", end = "\"}}";
  const auto line = [&](size_t bytes) {
    return begin + std::string(bytes - begin.size() - end.size(), 't') + end + "\n";
  };
  Peer longest(warnings()), longer(warnings());
  longest.send(line(limits::kControlLineBytesMax));
  EXPECT_TRUE(longest.line().starts_with("{\"heartbeat\""));
  longer.send(line(limits::kControlLineBytesMax + 1));
  EXPECT_NE(longer.line().find("65536"), std::string::npos);
  EXPECT_EQ(longer.line(), "<end>");
}

TEST_F(TcpHostile, NamesOfTheLimitAreTakenAndLongerOnesAreNot) {
  start();
  for (const size_t bytes : {limits::kPeerNameBytesMax, limits::kPeerNameBytesMax + 1}) {
    const std::string name(bytes, 'n');
    Peer feeder(records()), subscriber(warnings());
    feeder.send("{\"hello\":{\"source\":\"" + name + "\"}}\n");
    subscriber.send("{\"subscribe\":{\"name\":\"" + name + "\"}}\n");
    const bool fits = bytes == limits::kPeerNameBytesMax;
    EXPECT_TRUE(feeder.line().starts_with(fits ? "{\"welcome\"" : "{\"error\""));
    EXPECT_TRUE(subscriber.line().starts_with(fits ? "{\"heartbeat\"" : "{\"error\""));
  }
}

TEST_F(TcpHostile, ARecordLineOverTheLimitIsRejectedAndTheStreamGoesOn) {
  start();
  Peer nc(records());
  nc.send(std::string(limits::kLineBytesMax, 'x') + "\n" +
          std::string(limits::kLineBytesMax + 1, 'y') + "\nbad\n");
  const std::string reject = nc.line();
  EXPECT_TRUE(reject.starts_with("{\"rejected\":{\"line\":2,") ||
              reject.starts_with("{\"rejected\":{\"line\":3,"))
      << reject;
  nc.line();
  nc.end_sending();
  EXPECT_EQ(nc.line(), "<end>");
  ASSERT_EQ(engine_.line_count(), 3u);
  EXPECT_EQ(engine_.lines()[0].text.size(), limits::kLineBytesMax);
  EXPECT_EQ(engine_.lines()[1].text, "");
}

TEST_F(TcpHostile, BytesThatAreNoTextReachTheDecoder) {
  start();
  Peer nc(records());
  const std::string bytes("\0\xFF\xFE{\x80}", 6);
  nc.send(bytes + "\n");
  nc.end_sending();
  EXPECT_EQ(nc.line(), "<end>");
  EXPECT_EQ(engine_.lines().at(0).text, bytes);
}

TEST_F(TcpHostile, FeedersBeyondTheLimitAreTurnedAwayUntilOneLeaves) {
  options_.records.connections_max = 2;
  start();
  auto first = std::make_unique<Peer>(records());
  Peer second(records());
  ASSERT_TRUE(eventually([&] { return service_->records().connections() == 2; }));
  Peer third(records());
  EXPECT_NE(third.line().find("2 feeders already"), std::string::npos);
  EXPECT_EQ(third.line(), "<end>");
  first.reset();
  ASSERT_TRUE(eventually([&] { return service_->records().connections() == 1; }));
  expect_service_for_others();
}

TEST_F(TcpHostile, SubscribersBeyondTheLimitAreTurnedAway) {
  options_.warnings.subscribers_max = 1;
  start();
  Peer first(warnings());
  first.send("{\"subscribe\":{}}\n");
  EXPECT_TRUE(first.line().starts_with("{\"heartbeat\""));
  Peer second(warnings());
  EXPECT_NE(second.line().find("1 subscribers already"), std::string::npos);
}

TEST_F(TcpHostile, PeersThatAreTurnedAwayAreToldSoAndBeyondTheLimitClosedWithoutAWord) {
  options_.records.connections_max = 0;
  start();
  std::vector<std::unique_ptr<Peer>> peers;  // none of them goes
  for (size_t i = 0; i < limits::kTurnedAwayMax; ++i) {
    peers.push_back(std::make_unique<Peer>(records()));
  }
  for (const auto& peer : peers) {
    EXPECT_NE(peer->line().find("0 feeders already"), std::string::npos);
    EXPECT_EQ(peer->line(), "<end>");
  }
  Peer one_more(records());
  EXPECT_EQ(one_more.line(), "<end>");
}

TEST_F(TcpHostile, APeerThatVanishedWithWordsOnTheirWayIsClosedInTime) {
  options_.records.vanished_time_max = options_.warnings.vanished_time_max = 300ms;
  start();
  Peer subscriber(warnings()), feeder(records()), idle(records());
  subscriber.send("{\"subscribe\":{}}\n");
  EXPECT_TRUE(subscriber.line().starts_with("{\"heartbeat\""));
  for (Peer* peer : {&feeder, &idle}) {
    peer->send("bad\n");
    EXPECT_TRUE(peer->line().starts_with("{\"rejected\""));
  }
  for (Peer* peer : {&subscriber, &feeder, &idle}) peer->vanish();
  publish({});
  feeder.send("bad\n");
  EXPECT_TRUE(eventually([&] { return service_->warnings().subscribers() == 0; }));
  EXPECT_TRUE(eventually([&] { return service_->records().connections() == 1; }));
  expect_service_for_others();
}

TEST_F(TcpHostile, APeerThatDoesNotTakeTheLastWordsIsClosedInTime) {
  start();
  Peer stuck(warnings());
  stuck.send("{\"subscribe\":{\"name\":\"bank\",\"from\":\"start\"}}\n");
  publish_large(5'000);
  Peer next(warnings());
  next.send("{\"subscribe\":{\"name\":\"bank\",\"from\":\"now\"}}\n");
  EXPECT_TRUE(next.line().starts_with("{\"heartbeat\""));
  EXPECT_EQ(service_->warnings().subscribers(), 2u)
      << "the first one may still take its last words";
  EXPECT_TRUE(eventually([&] { return service_->warnings().subscribers() == 1; }));
}

TEST_F(TcpHostile, TheLimitsOfTheServiceFitIntoTheUsualDescriptors) {
  EXPECT_LT(limits::kFeedersMax + limits::kSubscribersMax, 1'024u - 100);
}

TEST_F(TcpHostile, SilentAndDrippingFeedersAreClosedInTime) {
  options_.records.line_time_max = 200ms;
  options_.warnings.line_time_max = 200ms;
  start();
  Peer silent(records()), dripping(records()), subscriber(warnings()), named(records());
  dripping.send("{\"type\":\"pen");
  named.send("{\"hello\":{\"source\":\"idle\"}}\n");
  EXPECT_EQ(named.line(), R"({"welcome":{"durable":0}})");
  for (Peer* peer : {&silent, &dripping, &subscriber}) {
    EXPECT_NE(peer->line().find("no complete line came"), std::string::npos);
    EXPECT_EQ(peer->line(), "<end>");
  }
  named.send("still here\n");  // between two lines a feeder may rest
  EXPECT_EQ(named.line(), R"({"durable":1})");
}

TEST_F(TcpHostile, AnEngineThatDoesNotKeepUpHoldsFeedersBackAndLosesNothing) {
  options_.inbox.queue_bytes = 1 << 20;
  start();
  engine_.hold(true);
  Peer feeder(records());
  const std::string piece = std::string(999, 'x') + "\n";
  const size_t taken = feeder.send_until_stuck(piece);
  EXPECT_LT(taken, size_t{64} << 20);  // inbox, a batch, and what the kernel's buffers hold
  EXPECT_GT(taken, size_t{1} << 20);
  engine_.hold(false);
  const size_t in_line = taken % piece.size();
  if (in_line > 0) feeder.send(std::string_view(piece).substr(in_line));
  feeder.end_sending();
  EXPECT_EQ(feeder.line(), "<end>");
  EXPECT_EQ(engine_.line_count(), (taken + piece.size() - 1) / piece.size());
}

TEST_F(TcpHostile, AFeederThatNeverReadsItsRejectsIsReadAllTheSame) {
  start();
  Peer feeder(records());
  std::string lines;
  for (int i = 0; i < 5'000; ++i) lines += "bad\n";
  const int rounds = 40;  // 200,000 rejects: more than the kernel's buffers and ours hold
  for (int i = 0; i < rounds; ++i) ASSERT_TRUE(feeder.send(lines));
  ASSERT_TRUE(eventually([&] { return engine_.line_count() == 5'000u * rounds; }));
  feeder.end_sending();
  size_t told = 0, omitted = 0;
  for (const std::string& line : feeder.rest()) {
    if (line.starts_with("{\"rejected_omitted\":")) {
      omitted += std::stoul(line.substr(20));
    } else {
      ++told;
    }
  }
  EXPECT_GT(omitted, 0u);
  EXPECT_EQ(told + omitted, 5'000u * rounds);
}

TEST_F(TcpHostile, ASubscriberThatNeverReadsDisturbsNobodyAndMissesNothing) {
  start();
  Peer stuck(warnings()), lively(warnings());
  stuck.send("{\"subscribe\":{\"from\":\"start\"}}\n");
  lively.send("{\"subscribe\":{\"from\":\"start\"}}\n");
  const uint64_t count = 4'000;
  publish_large(count);
  for (Peer* peer : {&lively, &stuck}) {
    for (uint64_t seq = 1; seq <= count; ++seq) {
      ASSERT_TRUE(peer->message().starts_with("{\"seq\":" + std::to_string(seq) + ",")) << seq;
    }
  }
}

TEST_F(TcpHostile, ConnectionsThatBreakOffLeaveNothingBehind) {
  start();
  for (int i = 0; i < 50; ++i) {
    Peer feeder(records()), subscriber(warnings());
    feeder.send("{\"hello\":{\"source\":\"s" + std::to_string(i % 3) + "\"}}\none\ntw");
    subscriber.send(i % 2 ? "{\"subscribe\":{\"name\":\"n\"}}\n{\"ack\":0}\n" : "{\"subsc");
  }
  expect_service_for_others();
  EXPECT_TRUE(eventually([&] { return service_->records().connections() == 0; }));
}

TEST_F(TcpHostile, StoppingDoesNotWaitForPeersThatDoNotRead) {
  start();
  Peer stuck(warnings());
  stuck.send("{\"subscribe\":{\"from\":\"start\"}}\n");
  publish_large(5'000);
  const Clock::time_point before = Clock::now();
  stop();
  EXPECT_LT(Clock::now() - before, 15s);
}

}  // namespace
}  // namespace tocsin::testing_tcp
