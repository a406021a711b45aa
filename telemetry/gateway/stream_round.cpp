#include "telemetry/gateway/stream_round.h"

#include <algorithm>
#include <utility>

namespace ems::gateway {
namespace {

std::chrono::seconds pause_after(std::uint32_t asks) {
    constexpr std::uint32_t kDoublingsMax = 8;
    const std::chrono::seconds doubled = kStreamRepeat * (1LL << std::min(asks - 1, kDoublingsMax));
    return std::min(doubled, kStreamRepeatMax);
}

} // namespace

bool StreamRound::ask(const StreamWish& wish, Way& way, Ticks now) {
    const auto session = line_.session(wish.key.number);
    if (!session) {
        return false;
    }
    const bool anew = way.asks == 0 || way.serial.session != *session || way.host != wish.host ||
                      way.port != wish.port;
    if (wish.state == StreamWish::State::flowing && !anew) {
        way.asks = 1; // should it stop, it is asked for after the shortest pause
        way.asked = now;
        return false;
    }
    if (wish.state == StreamWish::State::flowing ||
        (!anew && now - way.asked < pause_after(way.asks))) {
        return false;
    }
    StreamOpen request;
    request.host = wish.host;
    request.tcp_port = wish.port;
    request.channel = wish.key.channel;
    request.data = wish.data;
    const auto serial = line_.open(wish.key.number, request);
    if (!serial) {
        return false;
    }
    way.asks = anew ? 1 : way.asks + 1;
    way.serial = *serial;
    way.host = wish.host;
    way.port = wish.port;
    way.asked = now;
    return true;
}

StreamRound::Done StreamRound::turn(const std::vector<StreamWish>& wishes, Ticks now) {
    Done done;
    std::map<StreamKey, Way> before = std::exchange(ways_, {});
    for (const StreamWish& wish : wishes) {
        if (ways_.size() >= kStreamsMax) {
            break;
        }
        if (wish.state == StreamWish::State::over) {
            StreamControl end;
            end.channel = wish.key.channel;
            if (line_.session(wish.key.number) && line_.control(wish.key.number, end)) {
                done.ended.push_back(wish.key);
            }
            continue;
        }
        Way& way = ways_[wish.key] = std::move(before[wish.key]);
        if (ask(wish, way, now)) {
            done.asked.push_back(wish.key);
        }
    }
    return done;
}

void StreamRound::answered(const TextSerial& serial, ReplyResult result) {
    const auto found = std::find_if(ways_.begin(), ways_.end(), [&serial](const auto& way) {
        return way.second.asks > 0 && way.second.serial == serial;
    });
    if (found != ways_.end()) {
        answers_[found->first] = result;
    }
}

} // namespace ems::gateway
