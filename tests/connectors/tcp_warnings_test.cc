// Warnings out, over real sockets.
#include "connectors/tcp/warning_server.h"

#include "tests/connectors/tcp_fixture.h"

namespace tocsin::testing_tcp {
namespace {

class TcpWarnings : public TcpTest {
 protected:
  Message message(uint8_t level = 0, std::string rule = "a", std::string region = "330106",
                  Event event = Event::kRaised) {
    Message made;
    made.level = level;
    made.rule = std::move(rule);
    made.region = std::move(region);
    made.event = event;
    made.open = event != Event::kCleared && event != Event::kWithdrawn;
    return made;
  }
  void publish_many(int count) {
    for (int i = 0; i < count; ++i) publish(message());
  }
  // Waits until the cursor of `name` is durable.
  bool cursor_is(const std::string& name, uint64_t seq) {
    return eventually([&] { return engine_.cursor(name) == seq; });
  }
  static std::string seq(uint64_t number) {
    return "{\"seq\":" + std::to_string(number) + ",\"pad\":\"\"}";
  }
  static std::string beat(uint64_t number) {
    return "{\"heartbeat\":{\"clock\":null,\"seq\":" + std::to_string(number) + "}}";
  }
};

TEST_F(TcpWarnings, OpenGivesOpenWarningsThenWhatChanges) {
  start();
  publish_many(2);
  Message third = message();
  third.warning_id = "w1";  // an old warning's latest message
  publish(third);
  Message cleared = message(0, "a", "330106", Event::kCleared);
  cleared.warning_id = "w2";
  publish(cleared);
  Peer subscriber(warnings());
  subscriber.send("{\"subscribe\":{\"from\":\"open\"}}\n");
  EXPECT_EQ(subscriber.line(), seq(3));
  EXPECT_EQ(subscriber.line(), beat(4));
  publish_many(1);
  EXPECT_EQ(subscriber.line(), seq(5));
}

TEST_F(TcpWarnings, AnOpenWarningThatTheLogNoLongerHoldsIsToldAsAGap) {
  start();
  publish_many(2);
  engine_.forget_before(2);
  Peer subscriber(warnings());
  subscriber.send("{\"subscribe\":{\"from\":\"open\"}}\n");
  EXPECT_EQ(subscriber.line(), R"({"gap":{"from":1,"to":1}})");
  EXPECT_EQ(subscriber.line(), seq(2));
  EXPECT_EQ(subscriber.line(), beat(2));
}

TEST_F(TcpWarnings, StartNowAndSeqBeginWhereTheySay) {
  start();
  publish_many(3);
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {R"("start")", {beat(0), seq(1), seq(2), seq(3), seq(4)}},
      {R"("now")", {beat(3), seq(4)}},
      {"2", {beat(2), seq(3), seq(4)}},
      {R"("2")", {beat(2), seq(3), seq(4)}},
      {"3", {beat(3), seq(4)}},
  };
  std::vector<std::unique_ptr<Peer>> peers;
  for (const auto& [from, expected] : cases) {
    peers.push_back(std::make_unique<Peer>(warnings()));
    peers.back()->send("{\"subscribe\":{\"from\":" + from + "}}\n");
    EXPECT_EQ(peers.back()->line(), expected.front()) << from;
  }
  publish_many(1);
  for (size_t i = 0; i < cases.size(); ++i) {
    for (size_t line = 1; line < cases[i].second.size(); ++line) {
      EXPECT_EQ(peers[i]->line(), cases[i].second[line]) << cases[i].first;
    }
  }
}

TEST_F(TcpWarnings, FiltersByRuleLevelAndRegion) {
  start();
  publish(message(0, "a", "330106"));
  publish(message(2, "b", "310101"));
  publish(message(3, "phoenix", ""));
  publish(message(2, "a", "330500"));
  const auto received = [&](const std::string& filter) {
    Peer subscriber(warnings());
    subscriber.send("{\"subscribe\":{\"from\":\"start\"," + filter + "}}\n");
    std::string seqs;
    for (std::string line = subscriber.line();
         !line.starts_with("{\"heartbeat\":{\"clock\":null,\"seq\":4"); line = subscriber.line()) {
      if (line.starts_with("{\"seq\":")) seqs += line[7];
      if (seqs.ends_with('4') || line == "<nothing>" || line == "<end>") break;
    }
    return seqs;
  };
  EXPECT_EQ(received(R"("rules":["a"])"), "14");
  EXPECT_EQ(received(R"("min_level":"orange")"), "234");
  EXPECT_EQ(received(R"("regions":["33"])"), "14");
  EXPECT_EQ(received(R"("regions":["3305","31"],"min_level":"orange")"), "24");
  EXPECT_EQ(received(R"("rules":["b","a"],"regions":["33"],"min_level":"yellow")"), "4");
}

TEST_F(TcpWarnings, AWarningThatFallsBelowTheLevelIsStillSeenToFall) {
  start();
  Peer subscriber(warnings());
  subscriber.send("{\"subscribe\":{\"from\":\"now\",\"min_level\":\"orange\"}}\n");
  EXPECT_EQ(subscriber.line(), beat(0));
  publish(message(2));
  publish(message(1, "a", "330106", Event::kChanged));
  publish(message(1, "a", "330106", Event::kCleared));
  publish(message(3));
  EXPECT_EQ(subscriber.line(), seq(1));
  EXPECT_EQ(subscriber.line(), seq(2));
  EXPECT_EQ(subscriber.line(), seq(4));
}

TEST_F(TcpWarnings, ANamedSubscriberGoesOnBehindItsAcknowledgement) {
  start();
  publish_many(4);
  {
    Peer first(warnings());
    first.send("{\"subscribe\":{\"name\":\"bank-7\",\"from\":\"start\"}}\n");
    for (int i = 0; i < 5; ++i) first.line();
    first.send("{\"ack\":2}\n");
    ASSERT_TRUE(cursor_is("bank-7", 2));
  }
  Peer again(warnings());
  again.send("{\"subscribe\":{\"name\":\"bank-7\",\"from\":\"start\"}}\n");
  EXPECT_EQ(again.line(), beat(2));
  std::string line = again.line();
  if (line == R"({"acknowledged":2})") line = again.line();  // told late, to whoever has the name
  EXPECT_EQ(line, seq(3));
  EXPECT_EQ(again.line(), seq(4));
  Peer other(warnings());
  other.send("{\"subscribe\":{\"name\":\"bank-7\"}}\n");
  EXPECT_NE(again.line().find("taken over"), std::string::npos);
  EXPECT_EQ(again.line(), "<end>");
  EXPECT_EQ(other.line(), beat(2));
}

TEST_F(TcpWarnings, AnAcknowledgementCountsBeforeItIsDurable) {
  start();
  publish_many(3);
  engine_.hold(true);
  Peer first(warnings());
  first.send("{\"subscribe\":{\"name\":\"n\",\"from\":\"start\"}}\n");
  for (int i = 0; i < 4; ++i) first.line();
  first.send("{\"ack\":3}\n{\"ack\":9}\n");
  EXPECT_NE(first.line().find("only messages up to seq 3"), std::string::npos);
  Peer again(warnings());
  again.send("{\"subscribe\":{\"name\":\"n\",\"from\":\"start\"}}\n");
  EXPECT_EQ(again.line(), beat(3));
}

TEST_F(TcpWarnings, AnAcknowledgementIsConfirmedOnceItIsDurableAndNoSooner) {
  options_.warnings.heartbeat = 30ms;
  start();
  publish_many(3);
  engine_.hold(true);
  Peer subscriber(warnings());
  subscriber.send("{\"subscribe\":{\"name\":\"n\",\"from\":\"start\"}}\n");
  for (uint64_t i = 1; i <= 3; ++i) EXPECT_EQ(subscriber.message(), seq(i));
  subscriber.send("{\"ack\":1}\n");
  publish(message());
  EXPECT_EQ(subscriber.message(), seq(4));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(subscriber.line(), beat(4));
  engine_.hold(false);
  EXPECT_EQ(subscriber.message(), R"({"acknowledged":1})");
  subscriber.send("{\"ack\":4}\n{\"ack\":2}\n");
  EXPECT_EQ(subscriber.message(), R"({"acknowledged":4})");
}

TEST_F(TcpWarnings, WhatTheLogNoLongerHoldsIsToldAsAGap) {
  start();
  publish_many(5);
  engine_.forget_before(4);
  Peer subscriber(warnings());
  subscriber.send("{\"subscribe\":{\"from\":1}}\n");
  EXPECT_EQ(subscriber.line(), beat(1));
  EXPECT_EQ(subscriber.line(), R"({"gap":{"from":2,"to":3}})");
  EXPECT_EQ(subscriber.line(), seq(4));
}

TEST_F(TcpWarnings, HeartbeatsCarryClockAndPosition) {
  options_.warnings.heartbeat = 30ms;
  options_.warnings.format_time = [](int64_t time) { return "t" + std::to_string(time); };
  start();
  Peer subscriber(warnings()), nc(records());
  subscriber.send("{\"subscribe\":{\"min_level\":\"red\"}}\n");
  EXPECT_EQ(subscriber.line(), beat(0));
  nc.send("warn 0 a 330106\n");
  EXPECT_TRUE(
      eventually([&] { return subscriber.line() == R"({"heartbeat":{"clock":"t42","seq":1}})"; }));
}

TEST_F(TcpWarnings, ASubscriberMayEndItsSending) {
  start();
  Peer nc(warnings());
  nc.send("\r\n{\"subscribe\":{}}");
  nc.end_sending();
  EXPECT_EQ(nc.line(), beat(0));
  publish_many(1);
  EXPECT_EQ(nc.line(), seq(1));
}

TEST_F(TcpWarnings, MistakesAreNamedWithTheirRemedy) {
  start();
  publish_many(2);
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"hello", "the line must be {\\\"subscribe\\\""},
      {R"({"ack":1})", "\\\"subscribe\\\" alone"},
      {R"({"subscribe":[]})", "must be an object"},
      {R"({"subscribe":{"rules":["phenix"]}})",
       "did you mean \\\"phoenix\\\"? Known are: a, b, phoenix"},
      {R"({"subscribe":{"rules":"a"}})", "\\\"rules\\\" must be a list"},
      {R"({"subscribe":{"rules":[]}})", "\\\"rules\\\" must be a list"},
      {R"({"subscribe":{"min_level":"purple"}})", "Known are: blue, yellow, orange, red"},
      {R"({"subscribe":{"regions":["zhejiang"]}})", "1 to 6 digits"},
      {R"({"subscribe":{"from":"yesterday"}})", "\\\"from\\\" must be"},
      {R"({"subscribe":{"from":-1}})", "\\\"from\\\" must be"},
      {R"({"subscribe":{"from":"18446744073709551616"}})", "\\\"from\\\" must be"},
      {R"({"subscribe":{"from":3}})", "the last message has seq 2"},
      {R"({"subscribe":{"name":""}})", "1 to 200 bytes"},
      {R"({"subscribe":{"level":"red"}})", "member \\\"level\\\" is not known"},
      {"{\"subscribe\":{}}\n{\"ack\":1}", "needs a cursor"},
      {"{\"subscribe\":{\"name\":\"n\"}}\n{\"ack\":\"1\"}", "must be the seq"},
      {"{\"subscribe\":{}}\nquit", "{\\\"ack\\\":SEQ}"},
  };
  for (const auto& [line, expected] : cases) {
    Peer subscriber(warnings());
    subscriber.send(line + "\n");
    const std::vector<std::string> answers = subscriber.rest();
    ASSERT_FALSE(answers.empty()) << line;
    EXPECT_TRUE(answers.back().starts_with("{\"error\":\"")) << line;
    EXPECT_NE(answers.back().find(expected), std::string::npos) << line << " -> " << answers.back();
  }
}

TEST_F(TcpWarnings, AStoppedEngineIsToldAfterTheLastMessage) {
  start();
  Peer subscriber(warnings());
  subscriber.send("{\"subscribe\":{\"from\":\"start\"}}\n");
  EXPECT_EQ(subscriber.line(), beat(0));
  engine_.publish(message());
  service_->fail({ErrorKind::kEnvironment, "disk full", ""});
  EXPECT_EQ(subscriber.line(), seq(1));
  EXPECT_NE(subscriber.line().find("disk full"), std::string::npos);
  EXPECT_EQ(subscriber.line(), "<end>");
}

TEST_F(TcpWarnings, ACleanStopSendsTheLastMessages) {
  start();
  Peer subscriber(warnings());
  subscriber.send("{\"subscribe\":{\"from\":\"start\"}}\n");
  EXPECT_EQ(subscriber.line(), beat(0));
  engine_.publish(message());
  stop();
  EXPECT_EQ(subscriber.rest(), std::vector<std::string>{seq(1)});
}

}  // namespace
}  // namespace tocsin::testing_tcp
