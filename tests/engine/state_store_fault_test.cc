// The k-th system call below LMDB fails, for every k until a run passes clean: the last checkpoint
// survives.

#include <gtest/gtest.h>

#include <cerrno>

#include "tests/engine/state_store_fixture.h"
#include "tests/engine/system_call_faults.h"

namespace tocsin {
namespace {

Checkpoint numbered(uint64_t batch) {
  Checkpoint checkpoint;
  checkpoint.meta.batch = batch;
  for (int i = 0; i < 20; ++i) {
    checkpoint.keys.push_back(
        {1, std::to_string(i), 5, std::string(2'000 * batch, static_cast<char>('a' + batch))});
  }
  checkpoint.log = {sample_message(batch)};
  return checkpoint;
}

class StateStoreFaultTest : public StateStoreTest {
 protected:
  static constexpr StateStoreOptions kTiny{.map_bytes_initial = size_t{128} << 10};
  static constexpr uint64_t kCheckpoints = 5;

  // One life of a process; returns the last checkpoint that succeeded.
  uint64_t live() {
    auto store = StateStore::open(dir(), kTiny);
    if (!store.ok()) return 0;
    uint64_t done = 0;
    for (uint64_t batch = 1; batch <= kCheckpoints; ++batch) {
      const Status status = (*store)->write(numbered(batch));
      if (!status.ok()) {
        EXPECT_NE(status.error().message.find(dir().string()), std::string::npos)
            << status.error().message;
        EXPECT_FALSE((*store)->write(numbered(batch)).ok()) << "failures are sticky";
        EXPECT_EQ((*store)->meta().batch, done);
        // Reads go on as of before, or say why they cannot.
        auto messages = (*store)->read_log(0, SIZE_MAX);
        EXPECT_TRUE(!messages.ok() || messages->size() == done);
        break;
      }
      done = batch;
    }
    return done;
  }

  void strike_at_every_call(Fault fault, int error) {
    for (unsigned k = 1;; ++k) {
      SCOPED_TRACE(k);
      std::filesystem::remove_all(dir());
      fail_call(k, fault, error);
      const uint64_t done = live();
      const bool struck = end_faults();
      expect_checkpoint(done);
      if (HasFailure()) return;
      if (!struck) {
        EXPECT_EQ(done, kCheckpoints);
        EXPECT_GT(k, 10u) << "the faults never reached the checkpoints";
        return;
      }
    }
  }

  // `done`, or the one after it if only its confirmation failed; never a mixture.
  void expect_checkpoint(uint64_t done) {
    const auto store = open(kTiny);
    ASSERT_NE(store, nullptr);
    const uint64_t batch = store->meta().batch;
    EXPECT_TRUE(batch == done || batch == done + 1) << batch << " after " << done;
    for (const auto& [key, value] : keys(*store)) {
      EXPECT_EQ(value.second, std::string(2'000 * batch, static_cast<char>('a' + batch)));
    }
    EXPECT_EQ(logged(*store, 0).size(), batch);
    write(*store, numbered(batch + 1));
  }
};

TEST_F(StateStoreFaultTest, InputOutputErrorAtEveryCallKeepsACheckpoint) {
  strike_at_every_call(Fault::kError, EIO);
}

TEST_F(StateStoreFaultTest, FullDiskAtEveryCallKeepsACheckpoint) {
  strike_at_every_call(Fault::kError, ENOSPC);
}

TEST_F(StateStoreFaultTest, TornWriteAtEveryCallKeepsACheckpoint) {
  strike_at_every_call(Fault::kTornWrite, ENOSPC);
}

}  // namespace
}  // namespace tocsin
