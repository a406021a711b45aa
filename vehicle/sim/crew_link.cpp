#include "vehicle/sim/crew_link.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "telemetry/base/log.h"
#include "vehicle/contract/crew.pb.h"

namespace ems::sim {
namespace {

constexpr double kReconnectSeconds = 0.5;
constexpr double kStatusSeconds = 1;
constexpr double kOfferSeconds = 1; // a press is offered again after this
constexpr double kSilenceSeconds = 10;

map::Wgs84 point(std::int32_t lat_e7, std::int32_t lon_e7) {
    return map::from_e7({lat_e7, lon_e7});
}

bool is_set(const wire::DestinationOrder& order) {
    return order.lat_e7() != 0 || order.lon_e7() != 0;
}

TerminalView view_of(const vehicle::Status& status) {
    TerminalView view;
    if (status.has_posting() && !status.posting().arrived()) {
        const wire::MapPoint& place = status.posting().posting().place();
        view.posting_command_id = status.posting().command_id();
        view.post = point(place.lat_e7(), place.lon_e7());
    }
    view.has_order = status.has_order() && !status.order_command_id().empty();
    if (!view.has_order) {
        return view;
    }
    const wire::DispatchOrder& order = status.order();
    view.command_id = status.order_command_id();
    view.accepted = status.order_accepted();
    view.incident_id = order.incident_id();
    view.assignment_id = order.assignment_id();
    view.complaint = order.complaint();
    view.scene = point(order.lat_e7(), order.lon_e7());
    if (status.has_destination() && is_set(status.destination())) {
        view.hospital = point(status.destination().lat_e7(), status.destination().lon_e7());
    } else if (order.has_destination() && is_set(order.destination())) {
        view.hospital = point(order.destination().lat_e7(), order.destination().lon_e7());
    }
    return view;
}

} // namespace

CrewLink::~CrewLink() {
    if (fd_ >= 0) {
        ::close(fd_);
    }
}

void CrewLink::add_to(std::vector<pollfd>& fds) const {
    if (fd_ >= 0) {
        const int events = out_.empty() ? POLLIN : POLLIN | POLLOUT;
        fds.push_back({fd_, static_cast<short>(events), 0});
    }
}

void CrewLink::connect() {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) {
        return; // refused at start-up already
    }
    std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return;
    }
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(fd);
        return;
    }
    fd_ = fd;
    in_.clear();
    out_.clear();
    offered_request_ = 0;
    next_offer_s_ = 0;
    next_status_s_ = 0;
    vehicle::CrewRequest hello;
    hello.set_request(++request_);
    hello.mutable_hello()->set_terminal("ems-sim");
    append(hello);
    EMS_LOG(info, "sim", "crew socket connected path={}", path_);
}

void CrewLink::drop(std::string_view why) {
    EMS_LOG(info, "sim", "crew socket closed path={} reason={}", path_, why);
    ::close(fd_);
    fd_ = -1;
}

template <class Message> void CrewLink::append(const Message& message) {
    const std::string body = message.SerializeAsString();
    for (int shift = 24; shift >= 0; shift -= 8) {
        out_.push_back(static_cast<char>((body.size() >> static_cast<unsigned>(shift)) & 0xFFU));
    }
    out_ += body;
}

void CrewLink::take_frame(std::string_view frame, Ambulance& ambulance, double now_s) {
    vehicle::CrewUpdate update;
    if (!update.ParseFromArray(frame.data(), static_cast<int>(frame.size()))) {
        EMS_LOG(warn, "sim", "unreadable frame path={} bytes={}", path_, frame.size());
        return;
    }
    const bool answers_offer = offered_request_ != 0 && update.reply_to() == offered_request_;
    switch (update.what_case()) {
    case vehicle::CrewUpdate::kStored:
        if (answers_offer) {
            EMS_LOG(info, "sim", "press stored vid={} event={}", ambulance.vid().str(),
                    offered_event_);
            ambulance.on_stored(offered_event_);
            offered_request_ = 0;
            next_offer_s_ = now_s;
        }
        break;
    case vehicle::CrewUpdate::kRefused:
        if (answers_offer) {
            EMS_LOG(warn, "sim", "press refused vid={} event={} reason='{}'", ambulance.vid().str(),
                    offered_event_, update.refused().reason());
            ambulance.on_refused(offered_event_);
            offered_request_ = 0;
            next_offer_s_ = now_s;
        }
        break;
    case vehicle::CrewUpdate::kLevels:
        break;
    case vehicle::CrewUpdate::kStatus:
        if (update.status().vid() != ambulance.vid().str()) {
            EMS_LOG(error, "sim", "the socket {} belongs to '{}', not to '{}'", path_,
                    update.status().vid(), ambulance.vid().str());
            break;
        }
        ambulance.on_view(view_of(update.status()), now_s);
        break;
    case vehicle::CrewUpdate::kTrace: // of a terminal beside it
    case vehicle::CrewUpdate::WHAT_NOT_SET:
        break;
    }
}

// False when the connection is over.
bool CrewLink::read(Ambulance& ambulance, double now_s) {
    std::array<char, 16 * 1024> buffer{};
    while (true) {
        const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) {
            return false;
        }
        if (got < 0) {
            return true;
        }
        last_heard_s_ = now_s;
        in_.append(buffer.data(), static_cast<std::size_t>(got));
        std::size_t used = 0;
        while (in_.size() - used >= 4) {
            std::size_t length = 0;
            for (std::size_t i = 0; i < 4; ++i) {
                length = length << 8U | static_cast<unsigned char>(in_[used + i]);
            }
            if (length > kFrameBytesMax) {
                return false;
            }
            if (in_.size() - used - 4 < length) {
                break;
            }
            take_frame(std::string_view{in_}.substr(used + 4, length), ambulance, now_s);
            used += 4 + length;
        }
        in_.erase(0, used);
    }
}

void CrewLink::offer(const Ambulance& ambulance, double now_s) {
    const Press* press = ambulance.pending();
    if (press == nullptr || now_s < next_offer_s_) {
        return;
    }
    vehicle::CrewRequest request;
    request.set_request(++request_);
    if (press->button == Button::at_post) {
        vehicle::ReachPosting& reach = *request.mutable_reach();
        reach.set_event_id(press->event_id);
        reach.set_command_id(press->command_id);
    } else if (press->button == Button::accept || press->button == Button::accept_posting) {
        vehicle::AnswerOrder& answer = *request.mutable_answer();
        answer.set_event_id(press->event_id);
        answer.set_command_id(press->command_id);
        answer.set_accept(true);
    } else {
        vehicle::PressState& state = *request.mutable_press();
        state.set_event_id(press->event_id);
        state.set_state(static_cast<wire::UnitState>(press->button));
        state.set_incident_id(press->incident_id);
        state.set_assignment_id(press->assignment_id);
    }
    append(request);
    if (offered_event_ != press->event_id) {
        EMS_LOG(info, "sim", "press vid={} button={} incident={} assignment={} event={}",
                ambulance.vid().str(), button_name(press->button), press->incident_id,
                press->assignment_id, press->event_id);
    }
    offered_event_ = press->event_id;
    offered_request_ = request_;
    next_offer_s_ = now_s + kOfferSeconds;
}

void CrewLink::flush() {
    while (!out_.empty()) {
        const ssize_t sent = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
        if (sent > 0) {
            out_.erase(0, static_cast<std::size_t>(sent));
        } else if (errno == EAGAIN || errno == EINTR) {
            return;
        } else {
            drop("write failed");
            return;
        }
    }
}

void CrewLink::serve(Ambulance& ambulance, double now_s) {
    if (fd_ < 0) {
        if (now_s < next_connect_s_) {
            return;
        }
        next_connect_s_ = now_s + kReconnectSeconds;
        last_heard_s_ = now_s;
        connect();
        if (fd_ < 0) {
            return;
        }
    }
    if (!read(ambulance, now_s)) {
        drop("closed by ems-vehicled");
        return;
    }
    if (now_s - last_heard_s_ > kSilenceSeconds) {
        drop("no word for 10 s");
        return;
    }
    if (now_s >= next_status_s_) {
        next_status_s_ = now_s + kStatusSeconds;
        vehicle::CrewRequest request;
        request.set_request(++request_);
        request.mutable_status();
        append(request);
    }
    offer(ambulance, now_s);
    flush();
}

} // namespace ems::sim
