#include "telemetry/pg/conninfo.h"

#include <map>
#include <memory>

#include <libpq-fe.h>

namespace ems::pg {
namespace {

std::vector<std::string> split(const std::string& list) {
    std::vector<std::string> out(1);
    for (const char c : list) {
        if (c == ',') {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

} // namespace

Result<std::vector<Host>> split_hosts(const std::string& conninfo, const std::string& application) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options{
        PQconninfoParse(conninfo.c_str(), nullptr), &PQconninfoFree};
    if (!options) {
        return fail(Code::config, "the database connection string cannot be parsed");
    }
    std::map<std::string, std::string> settings;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr && *option->val != '\0') {
            settings[option->keyword] = option->val;
        }
    }
    settings.erase("connect_timeout");
    settings["client_encoding"] = "UTF8";
    settings.try_emplace("target_session_attrs", "read-write");
    settings.try_emplace("application_name", application);
    // A peer that vanished without a word is noticed by the kernel too, while the connection rests
    // in a pool.
    settings.try_emplace("tcp_user_timeout", "5000");
    settings.try_emplace("keepalives_idle", "5");
    settings.try_emplace("keepalives_interval", "2");
    settings.try_emplace("keepalives_count", "3");

    const auto names = split(settings["host"]);
    const auto addresses = split(settings["hostaddr"]);
    const auto ports = split(settings["port"]);
    const std::size_t count = std::max(names.size(), addresses.size());
    const auto fits = [count](std::size_t size) { return size == 1 || size == count; };
    if (count > kHostsMax || !fits(names.size()) || !fits(addresses.size()) ||
        !fits(ports.size())) {
        return fail(Code::config,
                    "the database connection string lists hosts and ports of different numbers");
    }
    const auto at = [](const std::vector<std::string>& list, std::size_t i) {
        return list.size() == 1 ? list.front() : list[i];
    };
    std::vector<Host> hosts;
    for (std::size_t i = 0; i < count; ++i) {
        std::map<std::string, std::string> own = settings;
        own["host"] = at(names, i);
        own["hostaddr"] = at(addresses, i);
        own["port"] = at(ports, i);
        Host host;
        host.name = (own["host"].empty() ? own["hostaddr"] : own["host"]) + ":" +
                    (own["port"].empty() ? "5432" : own["port"]);
        for (auto& [key, value] : own) {
            if (!value.empty()) {
                host.settings.emplace_back(key, value);
            }
        }
        hosts.push_back(std::move(host));
    }
    return hosts;
}

} // namespace ems::pg
