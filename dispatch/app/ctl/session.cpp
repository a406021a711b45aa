#include "dispatch/app/ctl/session.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "telemetry/base/clock.h"

namespace ems::ctl {
namespace {

using client::Event;
using client::Phase;
using client::PhaseChanged;
using client::ReplyArrived;
using client::StateArrived;
using std::chrono::milliseconds;

std::string read_password(const Options& options) {
    std::ifstream in{options.password_file};
    std::string line;
    if (!in || !std::getline(in, line)) {
        throw Stop{2, "cannot read the password file \"" + options.password_file + "\""};
    }
    return line;
}

client::ClientConfig config_of(const Options& options) {
    client::ClientConfig out;
    out.servers = {options.server};
    out.ca_file = options.ca;
    out.certificate_file = options.cert;
    out.key_file = options.key;
    out.seat = options.seat;
    out.state = client::StateWish::if_permitted;
    out.request_deadline = milliseconds{static_cast<std::int64_t>(options.timeout_s * 1000)};
    return out;
}

} // namespace

Language language_of_environment() {
    for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* const value = std::getenv(name);
        if (value != nullptr && *value != '\0') {
            return std::string_view{value}.starts_with("zh") ? Language::chinese : Language::english;
        }
    }
    return Language::english;
}

std::string describe(const Error& error, Language language) {
    const bool chinese = language == Language::chinese;
    std::string out{chinese ? code_text_zh(error.code) : code_text_en(error.code)};
    // The detail is English: of what dispatch refuses (600 to 699) the number's own text says what there is to do.
    const int number = static_cast<int>(error.code);
    const bool says_all = chinese && number >= 600 && number < 700;
    if (!error.detail.empty() && !says_all) {
        out += " (" + error.detail + ")";
    }
    return out;
}

Session::Session(const Options& options)
    : options_(options), language_(language_of_environment()), client_(config_of(options), {}) {
    if (options.ca.empty() || options.cert.empty() || options.key.empty() || options.user.empty()) {
        throw Stop{2, "ca, cert, key and user must be set, as options or in the file of --config"};
    }
    for (const std::string& file : {options.ca, options.cert, options.key}) {
        if (!std::ifstream{file}) {
            throw Stop{2, "cannot read the certificate file \"" + file + "\""};
        }
    }
    client_.log_in(options.user, Secret<std::string>{read_password(options)});
    const Ticks end = std::chrono::steady_clock::now() +
                      milliseconds{static_cast<std::int64_t>(options.timeout_s * 1000)};
    std::optional<Error> last;
    while (!mirror_.ready() && may_see_state_) {
        if (std::chrono::steady_clock::now() >= end) {
            const std::string why = last ? ": " + describe(*last, language_) : std::string{};
            give_up(3, "no connection to " + options.server + why, "无法连接 " + options.server + why);
        }
        client_.wait(milliseconds{200});
        for (const Event& event : client_.drain()) {
            take(event);
            const auto* const change = std::get_if<PhaseChanged>(&event);
            if (change != nullptr && change->phase == Phase::refused) {
                throw Stop{1, describe(change->error, language_)};
            }
            if (change != nullptr && change->phase == Phase::waiting) {
                last = change->error;
            }
        }
    }
}

void Session::give_up(int code, const std::string& english, const std::string& chinese) const {
    throw Stop{code, language_ == Language::chinese ? chinese : english};
}

void Session::take(const Event& event) {
    if (const auto* const state = std::get_if<StateArrived>(&event)) {
        if (state->feed(mirror_) == client::Applied::gap) {
            client_.resync();
        }
    } else if (const auto* const live = std::get_if<client::LiveArrived>(&event)) {
        mirror_.apply(live->live);
    } else if (const auto* const change = std::get_if<PhaseChanged>(&event)) {
        may_see_state_ = change->phase == Phase::live ? change->has_state : may_see_state_;
        if (change->phase == Phase::live && change->session.drill() && !drill_said_) {
            drill_said_ = true;
            std::fputs("演练 DRILL\n", stderr); // beside the answer, which programs read
        }
    }
}

const client::Mirror& Session::state() const {
    if (!may_see_state_) {
        throw Stop{1, describe(Error{Code::forbidden, ""}, language_)};
    }
    return mirror_;
}

api::ServerFrame Session::ask(api::ClientFrame frame) {
    const client::RequestId request = client_.send(std::move(frame));
    // The client answers every request, at its deadline at the latest. What came behind the answer is taken too: a delta
    // that is thrown away tears the mirror.
    std::optional<Result<api::ServerFrame>> answer;
    while (!answer) {
        client_.wait(milliseconds{200});
        for (Event& event : client_.drain()) {
            take(event);
            auto* const reply = std::get_if<ReplyArrived>(&event);
            if (reply != nullptr && reply->request == request) {
                answer = std::move(reply->frame);
            }
        }
    }
    if (!*answer) {
        const bool silent = answer->error().code == Code::timeout;
        throw Stop{silent ? 3 : 1, describe(answer->error(), language_)};
    }
    return std::move(**answer);
}

void Session::follow(milliseconds time, const std::function<bool(const Event&)>& take_event) {
    const Ticks end = std::chrono::steady_clock::now() + time;
    for (Ticks now = std::chrono::steady_clock::now(); now < end; now = std::chrono::steady_clock::now()) {
        client_.wait(std::min(milliseconds{200}, std::chrono::duration_cast<milliseconds>(end - now)));
        for (const Event& event : client_.drain()) {
            take(event);
            if (!take_event(event)) {
                return;
            }
        }
    }
}

const api::Unit& Session::unit(const std::string& name) const {
    const api::Unit* const found = state().find_unit(name);
    if (found == nullptr) {
        give_up(1, "no unit \"" + name + "\"", "没有车组“" + name + "”");
    }
    return *found;
}

const api::Incident& Session::incident(const std::string& name) const {
    const api::Incident* found = state().find_incident(name);
    if (found == nullptr) {
        found = state().find_incident("#" + name);
    }
    if (found == nullptr) {
        give_up(1, "no incident \"" + name + "\"", "没有事件“" + name + "”");
    }
    return *found;
}

const api::Hospital& Session::hospital(const std::string& name) const {
    const api::Hospital* const found = state().find_hospital(name);
    if (found == nullptr) {
        give_up(1, "no hospital \"" + name + "\"", "没有医院“" + name + "”");
    }
    return *found;
}

const api::Station& Session::station(const std::string& name) const {
    const api::Station* const found = mirror_.find_station(name);
    if (found == nullptr) {
        give_up(1, "no station \"" + name + "\"", "没有站点“" + name + "”");
    }
    return *found;
}

std::int64_t Session::incident_id(const std::string& name) const {
    const api::Incident* const found = mirror_.find_incident(name);
    if (found != nullptr) {
        return found->id();
    }
    const std::string digits = name.starts_with('#') ? name.substr(1) : name;
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), id);
    if (error != std::errc{} || end != digits.data() + digits.size() || id <= 0) {
        give_up(1, "no incident \"" + name + "\"", "没有事件“" + name + "”");
    }
    return id;
}

std::int64_t Session::number(const std::string& text) const {
    std::int64_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    if (error != std::errc{} || end != text.data() + text.size() || id <= 0) {
        give_up(1, "not a number: \"" + text + "\"", "不是编号：“" + text + "”");
    }
    return id;
}

std::int64_t Session::assignment_of(const std::string& unit_or_incident) const {
    const api::Unit* const by_name = state().find_unit(unit_or_incident);
    if (by_name != nullptr && by_name->assignment_id() > 0) {
        return by_name->assignment_id();
    }
    const api::Incident* incident_found = state().find_incident(unit_or_incident);
    if (incident_found == nullptr) {
        incident_found = state().find_incident("#" + unit_or_incident);
    }
    for (const auto& [id, unit_row] : state().units()) {
        if (incident_found != nullptr && unit_row.incident_id() == incident_found->id() &&
            unit_row.assignment_id() > 0) {
            return unit_row.assignment_id();
        }
    }
    give_up(1, "\"" + unit_or_incident + "\" has no live assignment",
            "“" + unit_or_incident + "”没有进行中的派车");
}

} // namespace ems::ctl
