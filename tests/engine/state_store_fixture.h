// Verbs for the state store's tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/store/state_store.h"
#include "tests/support/temp_dir.h"

namespace tocsin {

inline std::shared_ptr<const Message> sample_message(uint64_t seq) {
  Message message{.seq = seq, .rule = {}, .region = {}, .warning_id = {}, .json = {}};
  message.event = static_cast<Event>(seq % 4);
  message.level = static_cast<uint8_t>(seq % 3);
  message.open = seq % 2 == 0;
  message.rule = "repeat offender";
  message.region = seq % 3 == 0 ? "" : "330106";
  message.warning_id = "w" + std::to_string(seq);
  message.json = "{\"seq\":" + std::to_string(seq) + "}";
  return std::make_shared<const Message>(std::move(message));
}

inline std::string to_text(const Message& message) {
  return std::to_string(message.seq) + "|" + std::to_string(static_cast<int>(message.event)) + "|" +
         std::to_string(message.level) + "|" + std::to_string(message.open) + "|" + message.rule +
         "|" + message.region + "|" + message.warning_id + "|" + message.json;
}

using KeyStates = std::map<std::pair<uint32_t, std::string>, std::pair<int64_t, std::string>>;

class StateStoreTest : public testing::Test {
 protected:
  std::unique_ptr<StateStore> open(StateStoreOptions options = {}) {
    auto store = StateStore::open(dir(), options);
    if (!store.ok()) {
      ADD_FAILURE() << store.error().message;
      return nullptr;
    }
    return std::move(*store);
  }

  static void write(StateStore& store, const Checkpoint& checkpoint) {
    const Status status = store.write(checkpoint);
    EXPECT_TRUE(status.ok()) << status.error().message;
  }

  static KeyStates keys(const StateStore& store) {
    KeyStates found;
    const Status status = store.for_each_key([&](KeyRecord&& record) {
      const bool fresh =
          found.emplace(std::pair(record.domain, record.key), std::pair(record.due, record.state))
              .second;
      EXPECT_TRUE(fresh) << record.key;
    });
    EXPECT_TRUE(status.ok()) << status.error().message;
    return found;
  }

  static std::vector<uint64_t> logged(const StateStore& store, uint64_t after,
                                      size_t bytes_max = SIZE_MAX) {
    std::vector<uint64_t> seqs;
    auto messages = store.read_log(after, bytes_max);
    EXPECT_TRUE(messages.ok());
    if (!messages.ok()) return seqs;
    for (const auto& message : *messages) {
      EXPECT_EQ(to_text(*message), to_text(*sample_message(message->seq)));
      seqs.push_back(message->seq);
    }
    return seqs;
  }

  static std::vector<std::string> open_ids(const StateStore& store) {
    std::vector<std::string> ids;
    EXPECT_TRUE(store
                    .for_each_open([&](std::shared_ptr<const Message> message) {
                      ids.push_back(message->warning_id);
                    })
                    .ok());
    return ids;
  }

  std::filesystem::path dir() const { return temp_.path() / "state"; }

 private:
  TempDir temp_;
};

}  // namespace tocsin
