// Records in, over real sockets.
#include "connectors/tcp/record_server.h"

#include "rules-dsl/limits.h"
#include "tests/connectors/tcp_fixture.h"

namespace tocsin::testing_tcp {
namespace {

using Line = FakeEngine::Line;

class TcpRecords : public TcpTest {};

TEST_F(TcpRecords, ANamedFeederIsWelcomedAndToldWhatIsDurable) {
  start();
  Peer feeder(records());
  feeder.send("{\"hello\":{\"source\":\"hz\",\"token\":\"t\",\"as\":\"penalty\"}}\none\ntwo\n");
  EXPECT_EQ(feeder.line(), R"({"welcome":{"durable":0}})");
  EXPECT_EQ(feeder.line(), R"({"durable":2})");
  EXPECT_EQ(engine_.lines(),
            (std::vector<Line>{{"hz", "penalty", 1, "one"}, {"hz", "penalty", 2, "two"}}));
}

TEST_F(TcpRecords, ASourceGoesOnBehindItsDurableLines) {
  engine_.set_position("hz", 41);
  start();
  Peer feeder(records());
  feeder.send("{\"hello\":{\"source\":\"hz\"}}\n");
  EXPECT_EQ(feeder.line(), R"({"welcome":{"durable":41}})");
  feeder.send("next\n");
  EXPECT_EQ(feeder.line(), R"({"durable":42})");
  EXPECT_EQ(engine_.lines().front().number, 42u);
}

TEST_F(TcpRecords, RejectedLinesAreToldBeforeTheyAreCalledDurable) {
  start();
  Peer feeder(records());
  feeder.send("{\"hello\":{\"source\":\"hz\"}}\ngood\nbad one\ngood\n");
  feeder.line();
  EXPECT_EQ(feeder.line(), R"({"rejected":{"line":2,"reason":"not \"good\"","field":"f"}})");
  EXPECT_EQ(feeder.line(), R"({"durable":3})");
}

TEST_F(TcpRecords, AnAnonymousFeederHearsOfRejectsOnlyAndOfItsOwn) {
  start();
  Peer first(records()), second(records());
  first.send("good\nbad\n");
  second.send("good\ngood\nbad\n");
  EXPECT_EQ(first.line(), R"({"rejected":{"line":2,"reason":"not \"good\"","field":"f"}})");
  EXPECT_EQ(second.line(), R"({"rejected":{"line":3,"reason":"not \"good\"","field":"f"}})");
  first.end_sending();
  second.end_sending();
  EXPECT_EQ(first.line(), "<end>");
  EXPECT_EQ(second.line(), "<end>");
}

TEST_F(TcpRecords, AnAnonymousConnectionEndsWhenAllOfItIsDurable) {
  start();
  engine_.hold(true);
  Peer nc(records());
  nc.send("one\ntwo, without its newline");
  nc.end_sending();
  EXPECT_EQ(nc.line(100ms), "<nothing>");
  EXPECT_EQ(engine_.line_count(), 0u);
  engine_.hold(false);
  EXPECT_EQ(nc.line(), "<end>");
  EXPECT_EQ(engine_.line_count(), 2u);
}

TEST_F(TcpRecords, NetcatFeedsAFileAndEndsWhenItIsSafe) {
  if (std::system("nc -h 2>&1 | grep -q OpenBSD") != 0) GTEST_SKIP() << "no OpenBSD nc here";
  start();
  const std::string address = records();
  const std::string port = address.substr(address.rfind(':') + 1);
  const std::string command = "seq 1 50000 | timeout 60 nc -N 127.0.0.1 " + port;
  ASSERT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(engine_.line_count(), 50'000u);
}

TEST_F(TcpRecords, AnEmptyConnectionEndsAtOnce) {
  start();
  Peer nc(records());
  nc.end_sending();
  EXPECT_EQ(nc.line(), "<end>");
  Peer brace(records());
  brace.send("{");  // too little to tell whether a hello was meant
  brace.end_sending();
  EXPECT_EQ(brace.line(), "<end>");
  EXPECT_EQ(engine_.lines().at(0).text, "{");
}

TEST_F(TcpRecords, AnUnfinishedLineOfANamedFeederIsLeftForItsResumption) {
  start();
  Peer feeder(records());
  feeder.send("{\"hello\":{\"source\":\"hz\"}}\none\ntw");
  feeder.end_sending();
  EXPECT_EQ(feeder.rest(),
            (std::vector<std::string>{R"({"welcome":{"durable":0}})", R"({"durable":1})"}));
  Peer again(records());
  again.send("{\"hello\":{\"source\":\"hz\"}}\ntwo\n");
  EXPECT_EQ(again.line(), R"({"welcome":{"durable":1}})");
  EXPECT_EQ(again.line(), R"({"durable":2})");
  EXPECT_EQ(engine_.lines().at(1).text, "two");
}

TEST_F(TcpRecords, ASecondConnectionTakesOverOnceTheFirstOnesLinesAreDurable) {
  start();
  engine_.hold(true);
  Peer first(records());
  first.send("{\"hello\":{\"source\":\"hz\"}}\none\ntwo\n");
  EXPECT_EQ(first.line(), R"({"welcome":{"durable":0}})");
  Peer second(records());
  second.send("{\"hello\":{\"source\":\"hz\"}}\n");
  EXPECT_NE(first.line().find("taken over"), std::string::npos);
  EXPECT_EQ(first.line(), "<end>");
  Peer third(records());
  third.send("{\"hello\":{\"source\":\"hz\"}}\nthree\n");
  EXPECT_NE(second.line().find("taken over"), std::string::npos);
  EXPECT_EQ(third.line(50ms), "<nothing>");
  engine_.hold(false);
  const std::string welcome = third.line();  // of the first one's lines those that had arrived
  ASSERT_TRUE(welcome == R"({"welcome":{"durable":2}})" ||
              welcome == R"({"welcome":{"durable":0}})")
      << welcome;
  const bool both = welcome.find('2') != std::string::npos;
  EXPECT_EQ(third.line(), both ? R"({"durable":3})" : R"({"durable":1})");
}

TEST_F(TcpRecords, ASubscriberIsSentToTheOtherPort) {
  start();
  for (const std::string blanks : {"", " "}) {
    Peer subscriber(records());
    subscriber.send("{" + blanks + R"("subscribe":{"from":"now"}})" + "\n");
    EXPECT_NE(subscriber.line().find("subscribe at the address"), std::string::npos);
    EXPECT_EQ(subscriber.line(), "<end>");
  }
  EXPECT_EQ(engine_.line_count(), 0u);
}

TEST_F(TcpRecords, MistakesInAHelloAreNamed) {
  options_.records.record_types = {"penalty", "inspection"};
  start();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {R"({"hello":{}})", "no \\\"source\\\""},
      {R"({"hello":{"source":7}})", "\\\"source\\\" must be a text"},
      {R"({"hello":{"source":"x","sorce":"y"}})", "did you mean \\\"source\\\""},
      {R"({"hello":{"source":"x","source":"y"}})", "twice"},
      {R"({"hello":{"source":"x","as":"penalti"}})", "did you mean \\\"penalty\\\""},
      {R"({"hello":{"source":"x"},"more":1})", "alone"},
      {R"({"hello":{"source":"x")", "not a JSON line"},
      {"{\"hello\":{\"source\":\"\xFF\"}}", "not a JSON line"},
      {R"({"hello":{"source":"a\u0000b"}})", "control characters"},
  };
  for (const auto& [hello, expected] : cases) {
    Peer feeder(records());
    feeder.send(hello + "\n");
    const std::string answer = feeder.line();
    EXPECT_TRUE(answer.starts_with("{\"error\":\"")) << answer;
    EXPECT_NE(answer.find(expected), std::string::npos) << hello << " -> " << answer;
    EXPECT_EQ(feeder.line(), "<end>");
  }
  EXPECT_EQ(engine_.line_count(), 0u);
}

TEST_F(TcpRecords, AStoppedEngineIsToldToEverybodyNowAndLater) {
  start();
  Peer named(records()), nc(records());
  named.send("{\"hello\":{\"source\":\"hz\"}}\n");
  named.line();
  nc.send("one\n");
  ASSERT_TRUE(eventually([&] { return engine_.line_count() == 1; }));
  service_->fail({ErrorKind::kEnvironment, "cannot write journal: No space left on device",
                  "free some space"});
  Peer late(records());
  for (Peer* peer : {&named, &nc, &late}) {
    const std::string answer = peer->line();
    EXPECT_NE(answer.find("No space left on device; free some space"), std::string::npos) << answer;
    EXPECT_EQ(peer->line(), "<end>");
  }
}

TEST_F(TcpRecords, AFailedEngineWelcomesNobody) {
  start();
  engine_.set_failure({ErrorKind::kEnvironment, "disk full", ""});
  Peer feeder(records());
  feeder.send("{\"hello\":{\"source\":\"hz\"}}\n");
  EXPECT_EQ(feeder.line(), R"({"error":"the service accepts no more records: disk full"})");
}

TEST_F(TcpRecords, ACleanStopFinishesWhatWasTaken) {
  start();
  Peer named(records()), nc(records());
  named.send("{\"hello\":{\"source\":\"hz\"}}\none\n");
  EXPECT_EQ(named.line(), R"({"welcome":{"durable":0}})");
  EXPECT_EQ(named.line(), R"({"durable":1})");
  nc.send("bad\n");
  nc.line();
  stop();
  EXPECT_EQ(named.line(), "<end>");
  EXPECT_NE(nc.line().find("1 lines of this connection are safe"), std::string::npos);
  EXPECT_EQ(nc.line(), "<end>");
}

TEST_F(TcpRecords, AUnixSocketServesTooAndLeavesNoFile) {
  const std::string path = "/tmp/tocsin_records_test." + std::to_string(getpid());
  options_.records.listen = {"127.0.0.1:0", "unix:" + path};
  start();
  ASSERT_EQ(service_->records().addresses().at(1), "unix:" + path);
  Peer feeder("unix:" + path);
  feeder.send("{\"hello\":{\"source\":\"u\"}}\none\n");
  EXPECT_EQ(feeder.line(), R"({"welcome":{"durable":0}})");
  EXPECT_EQ(feeder.line(), R"({"durable":1})");
  TcpServiceOptions same = options_;
  auto second = TcpService::open(engine_, same);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message.find(path), std::string::npos);
  stop();
  EXPECT_NE(access(path.c_str(), F_OK), 0);
}

TEST_F(TcpRecords, APortInUseIsAnErrorWithARemedy) {
  start();
  TcpServiceOptions same = options_;
  same.records.listen = {records()};
  auto second = TcpService::open(engine_, same);
  ASSERT_FALSE(second.ok());
  EXPECT_NE(second.error().message.find("Address already in use"), std::string::npos);
  EXPECT_NE(second.error().remedy.find("another port"), std::string::npos);
}

}  // namespace
}  // namespace tocsin::testing_tcp
