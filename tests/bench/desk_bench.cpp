// Measures what a dispatcher waits for, through the client the desks use: a new call sent to its ranked list received.
// Prints one number of milliseconds a line.

#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "dispatch/client/client.h"

namespace {

using ems::client::Client;
using ems::client::RequestId;

// Drains until the reply to `request` is there.
std::optional<ems::api::ServerFrame> await_reply(Client& client, RequestId request) {
    while (client.wait(std::chrono::seconds{15})) {
        for (ems::client::Event& event : client.drain()) {
            if (auto* reply = std::get_if<ems::client::ReplyArrived>(&event);
                reply != nullptr && reply->request == request) {
                if (!reply->frame) {
                    fmt::print(stderr, "ems-bench-desk: {}\n", reply->frame.error().message());
                    return std::nullopt;
                }
                return std::move(*reply->frame);
            }
        }
    }
    return std::nullopt;
}

bool await_live(Client& client) {
    while (client.wait(std::chrono::seconds{15})) {
        for (const ems::client::Event& event : client.drain()) {
            if (const auto* phase = std::get_if<ems::client::PhaseChanged>(&event);
                phase != nullptr && phase->phase == ems::client::Phase::live) {
                return true;
            }
        }
    }
    return false;
}

ems::api::ClientFrame new_call(std::int32_t lat_e7, std::int32_t lon_e7) {
    ems::api::ClientFrame frame;
    ems::api::NewCall& call = *frame.mutable_new_call();
    call.set_complaint("胸痛");
    call.set_level(1);
    call.set_address("-");
    call.mutable_place()->set_lat_e7(lat_e7);
    call.mutable_place()->set_lon_e7(lon_e7);
    call.set_place_source("dispatcher");
    return frame;
}

} // namespace

int main(int argc, char** argv) {
    CLI::App app{"Round trips of a desk, in milliseconds"};
    ems::client::ClientConfig config;
    std::string server;
    std::string user;
    std::string password_file;
    int count = 100;
    double lat = 0;
    double lon = 0;
    app.add_option("--server", server)->required();
    app.add_option("--ca", config.ca_file)->required();
    app.add_option("--cert", config.certificate_file)->required();
    app.add_option("--key", config.key_file)->required();
    app.add_option("--user", user)->required();
    app.add_option("--password-file", password_file)->required();
    app.add_option("--count", count)->check(CLI::Range(1, 100000));
    app.add_option("--lat", lat)->required();
    app.add_option("--lon", lon)->required();
    CLI11_PARSE(app, argc, argv);
    config.servers = {server};
    std::ifstream in{password_file};
    std::string password;
    std::getline(in, password);

    Client client{config, [] {}};
    client.log_in(user, ems::Secret<std::string>{password});
    if (!await_live(client)) {
        fmt::print(stderr, "ems-bench-desk: the server does not answer\n");
        return 1;
    }
    for (int i = 0; i < count; ++i) {
        // Calls from places up to 3 km around, so that no answer can be a remembered one.
        const auto lat_e7 = static_cast<std::int32_t>(lat * 1e7) + (i * 7919 % 500 - 250) * 1000;
        const auto lon_e7 = static_cast<std::int32_t>(lon * 1e7) + (i * 104729 % 500 - 250) * 1000;
        const auto began = std::chrono::steady_clock::now();
        const auto reply = await_reply(client, client.send(new_call(lat_e7, lon_e7)));
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - began;
        if (!reply || reply->new_call_ok().recommendation().candidates().empty()) {
            fmt::print(stderr, "ems-bench-desk: no ranked list came back\n");
            return 1;
        }
        fmt::print("{:.3f}\n", took.count());
        ems::api::ClientFrame close;
        close.mutable_close_incident()->set_incident_id(reply->new_call_ok().incident_id());
        close.mutable_close_incident()->set_outcome("bench");
        close.mutable_close_incident()->set_version(1);
        if (!await_reply(client, client.send(close))) {
            return 1;
        }
    }
    return 0;
}
