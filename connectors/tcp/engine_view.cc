#include "connectors/tcp/engine_view.h"

namespace tocsin {
namespace {

class RealEngineView final : public EngineView {
 public:
  explicit RealEngineView(const Engine& engine) : engine_(engine) {}

  LogSlice read_log(uint64_t after_seq, size_t bytes_max) const override {
    return engine_.read_log(after_seq, bytes_max);
  }
  OpenWarnings open_warnings(const MessageFilter& wanted) const override {
    return engine_.open_warnings(wanted);
  }
  uint64_t last_seq() const override { return engine_.last_seq(); }
  std::optional<uint64_t> cursor(const std::string& subscriber) const override {
    return engine_.cursor(subscriber);
  }
  SourcePosition position(const std::string& source) const override {
    return engine_.position(source);
  }
  std::optional<int64_t> clock() const override { return engine_.clock(); }
  std::optional<Error> failure() const override { return engine_.failure(); }

 private:
  const Engine& engine_;
};

}  // namespace

std::unique_ptr<EngineView> engine_view_of(const Engine& engine) {
  return std::make_unique<RealEngineView>(engine);
}

}  // namespace tocsin
