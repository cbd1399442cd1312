// The subscriber's side, against the real server.
#include "connectors/tcp/tail_client.h"

#include "tests/connectors/tcp_fixture.h"

namespace tocsin::testing_tcp {
namespace {

class TcpTail : public TcpTest {
 protected:
  TailOptions from(const std::string& where) {
    TailOptions options;
    options.address = warnings();
    options.from = where;
    return options;
  }
  void publish_many(int count) {
    for (int i = 0; i < count; ++i) publish(Message{});
  }
  // Receives until seq `last`; calls `at` after each message.
  std::vector<uint64_t> receive(const TailOptions& options, uint64_t last,
                                const std::function<void(uint64_t)>& at = nullptr) {
    std::vector<uint64_t> seqs;
    TailCallbacks callbacks;
    callbacks.on_line = [&](TailLine kind, uint64_t seq, std::string_view) {
      if (kind != TailLine::kMessage) return true;
      seqs.push_back(seq);
      if (at) at(seq);
      return seq < last;
    };
    const Status status = tail(options, callbacks);
    EXPECT_TRUE(status.ok()) << status.error().message;
    return seqs;
  }
  static std::vector<uint64_t> range(uint64_t first, uint64_t last) {
    std::vector<uint64_t> all;
    for (uint64_t seq = first; seq <= last; ++seq) all.push_back(seq);
    return all;
  }
};

TEST_F(TcpTail, GivesOutEveryMessageOnce) {
  start();
  publish_many(500);
  EXPECT_EQ(receive(from("start"), 500), range(1, 500));
  EXPECT_EQ(receive(from("490"), 500), range(491, 500));
}

TEST_F(TcpTail, GoesOnOverLostConnections) {
  start();
  publish_many(1'000);
  const auto seqs = receive(from("start"), 1'010, [&](uint64_t seq) {
    if (seq == 10 || seq == 1'000) restart_service();
    if (seq == 1'000) publish_many(10);
  });
  EXPECT_EQ(seqs, range(1, 1'010));
}

TEST_F(TcpTail, TheFirstHeartbeatEndsTheOpenWarnings) {
  start();
  for (int i = 0; i < 3; ++i) {
    Message open;
    open.open = true;
    publish(open);
  }
  publish_many(2);
  std::vector<std::string> received;
  TailCallbacks callbacks;
  callbacks.on_line = [&](TailLine kind, uint64_t seq, std::string_view) {
    received.push_back((kind == TailLine::kMessage ? "m" : "h") + std::to_string(seq));
    return kind == TailLine::kMessage;
  };
  ASSERT_TRUE(tail(from("open"), callbacks).ok());
  EXPECT_EQ(received, (std::vector<std::string>{"m1", "m2", "m3", "h5"}));
}

TEST_F(TcpTail, AcknowledgesAndGoesOnFromItsCursor) {
  start();
  publish_many(20);
  TailOptions options = from("start");
  options.name = "bank-7";
  options.acknowledge = true;
  EXPECT_EQ(receive(options, 12), range(1, 12));
  ASSERT_TRUE(eventually([&] { return engine_.cursor("bank-7").has_value(); }));
  const uint64_t cursor = *engine_.cursor("bank-7");
  EXPECT_LE(cursor, 12u);
  EXPECT_EQ(receive(options, 20), range(cursor + 1, 20));
}

TEST_F(TcpTail, TheServicesRefusalIsTheError) {
  start();
  TailOptions options = from("open");
  options.rules = {"phenix"};
  TailCallbacks callbacks;
  callbacks.on_line = [](TailLine, uint64_t, std::string_view) { return true; };
  const Status status = tail(options, callbacks);
  ASSERT_FALSE(status.ok());
  EXPECT_NE(status.error().message.find("did you mean \"phoenix\"?"), std::string::npos)
      << status.error().message;
}

TEST_F(TcpTail, SendsItsFilters) {
  start();
  Message yellow, red;
  yellow.level = 1;
  red.level = 3;
  red.rule = "a";
  red.region = "330106";
  publish(yellow);
  publish(red);
  TailOptions options = from("start");
  options.min_level = "orange";
  options.rules = {"a", "b"};
  options.regions = {"33", "31"};
  EXPECT_EQ(receive(options, 2), range(2, 2));
}

TEST_F(TcpTail, StopsWhenAskedAndNoticesSilence) {
  start();
  TailOptions options = from("open");
  options.silence_max = 100ms;  // the next heartbeat is a minute away
  std::atomic<int> lost{0};
  TailCallbacks callbacks;
  callbacks.on_line = [](TailLine, uint64_t, std::string_view) { return true; };
  callbacks.note = [&](const std::string&) { ++lost; };
  callbacks.stopped = [&] { return lost >= 2; };
  EXPECT_TRUE(tail(options, callbacks).ok());
}

}  // namespace
}  // namespace tocsin::testing_tcp
