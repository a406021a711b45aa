// The desk's feed from the dispatch server: dispatch/client's events as the frames a desk understands.
#pragma once

#include <memory>
#include <mutex>
#include <string>

#include "console/model/feed.h"
#include "dispatch/client/client.h"
#include "telemetry/base/secret.h"

namespace ems::console {

enum class FeedLanguage { chinese, english };

class ClientFeed final : public Feed {
  public:
    ClientFeed(client::ClientConfig config, std::string user, Secret<std::string> password);

    // Of what it says of the link; before start().
    void say_in(FeedLanguage language) { language_ = language; }
    void start() override;
    void set_wake(std::function<void()> wake) override;
    std::vector<FeedEvent> drain(std::size_t count_max) override;
    std::uint64_t send(api::ClientFrame frame) override;
    [[nodiscard]] std::optional<std::int64_t> round_trip_us() const override;
    [[nodiscard]] bool server_leads() const override;
    [[nodiscard]] std::string seat() const override { return seat_; }
    [[nodiscard]] std::vector<client::ConnectTrial> trials() const override;

  private:
    void add_phase(const client::PhaseChanged& change, std::vector<FeedEvent>& out);
    void call_wake();

    std::string user_;
    Secret<std::string> password_;
    std::string seat_;
    std::mutex wake_mutex_;
    std::function<void()> wake_;
    FeedLanguage language_{FeedLanguage::chinese};
    bool started_{false};
    bool live_{false};
    std::uint32_t attempt_{0};
    std::unique_ptr<client::Client> client_; // last: its thread ends before the rest goes
};

} // namespace ems::console
