#include "tests/soak/replayer.h"

#include "telemetry/wire/topics.h"

namespace ems::soak {

using namespace std::chrono_literals;

std::string Replayer::access() {
    return std::string{"user "} + kName + "\ntopic readwrite ems/v1/#\n";
}

Replayer::Replayer(const test::TempBroker& broker, std::uint64_t seed) : random_(seed) {
    link::MqttConfig config;
    config.port = broker.port();
    config.client_id = kName;
    config.ca_file = broker.ca();
    config.certificate_file = broker.certificate(kName);
    config.key_file = broker.key(kName);
    config.backoff = {200ms, 2'000ms};
    config.subscriptions = {{"ems/v1/+/+/u/#", link::Qos::at_most_once},
                            {"ems/v1/+/+/d/ack", link::Qos::at_most_once}};
    link::MqttHandlers handlers;
    handlers.message = [this](link::MqttMessage&& message) { keep(std::move(message)); };
    session_ = std::make_unique<link::MqttSession>(std::move(config), std::move(handlers));
    session_->start();
}

// Reservoir sampling: old and new ones are equally likely to come again.
void Replayer::keep(link::MqttMessage&& message) {
    const std::lock_guard lock{mutex_};
    ++heard_;
    if (kept_.size() < kKeptMax) {
        kept_.emplace_back(std::move(message.topic), std::move(message.payload));
    } else if (const std::uint64_t at = random_.below(heard_); at < kKeptMax) {
        kept_[at] = {std::move(message.topic), std::move(message.payload)};
    }
}

void Replayer::replay(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        std::pair<std::string, std::string> again;
        {
            const std::lock_guard lock{mutex_};
            if (kept_.empty()) {
                return;
            }
            again = kept_[random_.below(kept_.size())];
        }
        if (session_->publish(again.first, std::move(again.second), link::Qos::at_most_once)) {
            ++replayed_;
        }
    }
}

} // namespace ems::soak
