#include "connectors/tcp/service.h"

#include <utility>

namespace tocsin {

class TcpService::Impl final : public BatchSink {
 public:
  explicit Impl(InboxOptions inbox) : inbox_(std::move(inbox)) {}

  Status open(const EngineView& view, TcpServiceOptions& options) {
    auto warnings = WarningServer::open(io_, view, inbox_, std::move(options.warnings));
    if (!warnings) return warnings.error();
    warnings_ = std::move(*warnings);
    auto records = RecordServer::open(io_, view, inbox_, std::move(options.records));
    if (!records) return records.error();
    records_ = std::move(*records);
    return Done{};
  }

  void told(const Messages&) override { warnings_->published(); }

  void published(const BatchReport& report) override {
    records_->published(report, inbox_.settle());
    warnings_->published();
  }

  void fail(const Error& error) {
    inbox_.stop();
    records_->fail(error);
    warnings_->fail(error);
  }

  void stop_reading() {
    records_->stop_reading();
    inbox_.stop();
  }

  void stop() {
    stop_reading();
    records_->stop();
    warnings_->stop();
  }

  Inbox& inbox() { return inbox_; }
  const RecordServer& records() const { return *records_; }
  const WarningServer& warnings() const { return *warnings_; }

 private:
  Inbox inbox_;
  IoThread io_;  // before the servers: they end before it does
  std::unique_ptr<WarningServer> warnings_;
  std::unique_ptr<RecordServer> records_;
};

Result<std::unique_ptr<TcpService>> TcpService::open(const EngineView& view,
                                                     TcpServiceOptions options) {
  auto impl = std::make_unique<Impl>(std::move(options.inbox));
  if (Status status = impl->open(view, options); !status) return status.error();
  return std::unique_ptr<TcpService>(new TcpService(std::move(impl)));
}

TcpService::TcpService(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TcpService::~TcpService() { stop(); }
BatchSource& TcpService::source() { return impl_->inbox(); }
BatchSink& TcpService::sink() { return *impl_; }
const RecordServer& TcpService::records() const { return impl_->records(); }
const WarningServer& TcpService::warnings() const { return impl_->warnings(); }
void TcpService::stop_reading() { impl_->stop_reading(); }
void TcpService::fail(const Error& error) { impl_->fail(error); }
void TcpService::stop() { impl_->stop(); }

}  // namespace tocsin
