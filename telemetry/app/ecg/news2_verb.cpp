#include "telemetry/app/ecg/news2_verb.h"

#include <cstdio>
#include <memory>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "telemetry/signal/vitals/vital_kind.h"

namespace ems::ecg {
namespace {

struct Given {
    signal::News2Input input;
    bool json{false};
};

void add_number(CLI::App& verb, const char* name, signal::VitalKind kind, signal::Input& input,
                const char* what) {
    const signal::VitalRow& row = signal::vital_row(kind);
    verb.add_option_function<double>(
            name, [&input](double value) { input = signal::Measured{value}; },
            fmt::format("{}, {}", what, row.unit))
        ->check(CLI::Range(0.0, row.most) &
                CLI::Validator{[](const std::string& text) {
                                   return text.find_first_not_of("0123456789.") == std::string::npos
                                              ? std::string{}
                                              : "not a plain number: " + text;
                               },
                               "NUMBER"});
}

} // namespace

std::string news2_text(const signal::News2& news2) {
    std::string out = fmt::format("{}\n", news2.score.id);
    for (const signal::ScoreItem& item : news2.score.items) {
        out += item.points ? fmt::format("{} {}: {}\n", item.name, item.taken, *item.points)
                           : fmt::format("{}: missing\n", item.name);
    }
    out += fmt::format("total {}\n", signal::score_text(news2.score));
    out += news2.score.complete()
               ? fmt::format("risk {}\n", signal::risk_name(news2.risk))
               : fmt::format("risk at least {} (total {} to {})\n", signal::risk_name(news2.risk),
                             news2.score.points(), signal::news2_at_most(news2.score));
    return out;
}

std::string news2_json(const signal::News2& news2) {
    nlohmann::ordered_json items = nlohmann::ordered_json::array();
    for (const signal::ScoreItem& item : news2.score.items) {
        nlohmann::ordered_json one;
        one["name"] = item.name;
        one["taken"] = nullptr;
        one["points"] = nullptr;
        if (item.points) {
            one["taken"] = item.taken;
            one["points"] = *item.points;
        }
        items.push_back(std::move(one));
    }
    nlohmann::ordered_json out;
    out["score"] = news2.score.id;
    out["total"] = news2.score.points();
    out["at_most"] = signal::news2_at_most(news2.score);
    out["complete"] = news2.score.complete();
    out["missing"] = news2.score.missing();
    out["risk"] = signal::risk_name(news2.risk);
    out["items"] = std::move(items);
    return out.dump() + "\n";
}

void add_news2(CLI::App& app) {
    auto* verb = app.add_subcommand(
        "news2", "NEWS2 (RCP 2017) of 16 years and older; what is not given is missing");
    const auto given = std::make_shared<Given>();
    signal::News2Input& in = given->input;
    add_number(*verb, "--rr", signal::VitalKind::rr, in.rr_per_min, "respiratory rate");
    add_number(*verb, "--spo2", signal::VitalKind::spo2, in.spo2_pct, "oxygen saturation");
    add_number(*verb, "--sbp", signal::VitalKind::nibp_sys, in.sbp_mmhg, "systolic pressure");
    add_number(*verb, "--pulse", signal::VitalKind::hr, in.pulse_per_min, "pulse");
    add_number(*verb, "--temp", signal::VitalKind::temp, in.temp_c, "temperature");
    verb->add_option_function<std::string>(
            "--oxygen",
            [&in](const std::string& word) {
                in.oxygen = word == "air" ? signal::Oxygen::air : signal::Oxygen::supplemental;
            },
            "air, or oxygen by any means")
        ->check(CLI::IsMember({"air", "oxygen"}));
    verb->add_option_function<std::string>(
            "--consciousness",
            [&in](const std::string& letter) { in.consciousness = signal::parse_acvpu(letter); },
            "alert, new confusion, voice, pain, unresponsive")
        ->check(CLI::IsMember({"A", "C", "V", "P", "U"}));
    verb->add_option_function<int>(
            "--scale",
            [&in](int scale) {
                in.scale = scale == 2 ? signal::Spo2Scale::two : signal::Spo2Scale::one;
            },
            "of SpO2; 2 only where a clinician has confirmed a target of 88 to 92 %")
        ->check(CLI::IsMember({1, 2}));
    verb->add_flag("--json", given->json, "one JSON object");
    verb->callback([given] {
        const signal::News2 news2 = signal::news2(given->input);
        const std::string out = given->json ? news2_json(news2) : news2_text(news2);
        std::fwrite(out.data(), 1, out.size(), stdout);
    });
}

} // namespace ems::ecg
