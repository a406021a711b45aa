// What every verb of ems-ctl needs: a logged-in client with the centre's state, as far as the user may see it, and one
// question at a time.
// A failure is an exception with its exit code: this is a command line, the first failure ends it.
#pragma once

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

#include "dispatch/client/client.h"

namespace ems::ctl {

// 1 the centre refused, 2 wrong usage or configuration, 3 no connection or no answer.
struct Stop : std::runtime_error {
    Stop(int code_to_exit, const std::string& text) : std::runtime_error(text), exit_code(code_to_exit) {}
    int exit_code;
};

enum class Language { english, chinese };
Language language_of_environment();
// "unit_already_assigned: 车组已有任务 (unit 3 has ...)"
std::string describe(const Error& error, Language language);

struct Options {
    std::string server{"127.0.0.1:8443"};
    std::string ca;
    std::string cert;
    std::string key;
    std::string user;
    std::string password_file;
    std::string seat{"ctl"};
    double timeout_s{15};
    bool json{false};
};

class Session {
  public:
    // Connects, logs in and waits for the state, unless the user's role may not see it. Throws Stop.
    explicit Session(const Options& options);

    api::ServerFrame ask(api::ClientFrame frame);
    // Hands every event to `take` until it returns false or the time is over.
    void follow(std::chrono::milliseconds time, const std::function<bool(const client::Event&)>& take);

    // Throws Stop when the user may not see it, and so do all below that look something up in it.
    const client::Mirror& state() const;
    client::Client& client() { return client_; }
    const Options& options() const { return options_; }
    Language language() const { return language_; }

    // By name or id, number or #id. Throws Stop when there is none.
    const api::Unit& unit(const std::string& name) const;
    const api::Incident& incident(const std::string& name) const;
    const api::Hospital& hospital(const std::string& name) const;
    const api::Station& station(const std::string& name) const;
    // Of an incident of the last day by number or id; of an older one by id.
    std::int64_t incident_id(const std::string& name) const;
    // The live assignment of a unit or of an incident.
    std::int64_t assignment_of(const std::string& unit_or_incident) const;
    // Of what has no name.
    std::int64_t number(const std::string& text) const;

  private:
    void take(const client::Event& event);
    [[noreturn]] void give_up(int code, const std::string& english, const std::string& chinese) const;

    Options options_;
    Language language_;
    client::Mirror mirror_;
    bool may_see_state_{true};
    bool drill_said_{false};
    client::Client client_;
};

} // namespace ems::ctl
