// ems-ecg report: the 12-lead page of a recording as PDF or SVG.
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "telemetry/app/ecg/recording.h"
#include "telemetry/app/ecg/verbs.h"
#include "telemetry/print/pdf.h"
#include "telemetry/signal/page/ecg_report.h"
#include "telemetry/signal/page/svg.h"

namespace ems::ecg {
namespace {

struct Options {
    std::string record;
    std::string out;
    std::string band{"diagnostic"};
    std::string mains{"none"};
    std::string sex;
    std::optional<int> age_years;
    std::string language{"zh"};
    signal::EcgReportOptions report;
};

[[noreturn]] void refuse(const Error& error) {
    throw Refusal{error.message()};
}

std::vector<signal::Beat> beats_of(const std::string& path) {
    const Recording recording = open_recording(path, std::nullopt);
    signal::EcgMonitor monitor = monitor_for(recording);
    std::vector<signal::Beat> beats;
    ecg::run(recording, monitor,
             [&] { beats.insert(beats.end(), monitor.beats().begin(), monitor.beats().end()); });
    return beats;
}

void write_page(const signal::Page& page, const std::string& path) {
    if (path.ends_with(".pdf")) {
        if (const auto written = print::write_pdf(page, path); !written) {
            refuse(written.error());
        }
        return;
    }
    std::ofstream file{path, std::ios::binary | std::ios::trunc};
    file << signal::to_svg(page);
    file.close();
    if (!file) {
        throw Refusal{path + " cannot be written"};
    }
}

void print_report(const Options& options) {
    const signal::WfdbRecord record = load_record(options.record);
    const auto ecg = signal::acquired_from_wfdb(record);
    if (!ecg) {
        refuse(ecg.error());
    }
    signal::EcgReportOptions report = options.report;
    report.record = record.header.name;
    report.program = "ems-ecg " EMS_VERSION;
    report.band =
        options.band == "monitor" ? signal::EcgBand::monitor : signal::EcgBand::diagnostic;
    report.mains = options.mains == "50" ? signal::Mains::notch_50_hz : signal::Mains::as_recorded;
    report.language =
        options.language == "en" ? signal::TextLanguage::english : signal::TextLanguage::chinese;
    report.patient = signal::patient_of(record.header);
    if (!options.sex.empty()) {
        report.patient.sex = options.sex == "female" ? signal::Sex::female : signal::Sex::male;
    }
    if (options.age_years) {
        report.patient.age_years = options.age_years;
    }
    const auto page = signal::ecg_report(*ecg, beats_of(options.record), report);
    if (!page) {
        refuse(page.error());
    }
    write_page(signal::ecg_page(*page), options.out);
}

} // namespace

void add_report(CLI::App& app) {
    auto options = std::make_shared<Options>();
    CLI::App* verb = app.add_subcommand("report", "the 12-lead page of 10 s, PDF or SVG");
    verb->add_option("--record", options->record, "WFDB record, without extension")->required();
    verb->add_option("--out", options->out, "FILE.pdf or FILE.svg")
        ->required()
        ->check(CLI::Validator{[](const std::string& file) {
                                   return file.ends_with(".pdf") || file.ends_with(".svg")
                                              ? std::string{}
                                              : "must end in .pdf or .svg: " + file;
                               },
                               "FILE"});
    verb->add_option("--from", options->report.from_s, "start of the page in s")
        ->check(CLI::NonNegativeNumber);
    verb->add_option("--filter", options->band, "diagnostic (0.05-150 Hz) or monitor (0.5-40 Hz)")
        ->check(CLI::IsMember({"diagnostic", "monitor"}));
    verb->add_option("--notch", options->mains, "none or 50")->check(CLI::IsMember({"none", "50"}));
    verb->add_option("--sex", options->sex, "female or male; else as the header says")
        ->check(CLI::IsMember({"female", "male"}));
    verb->add_option("--age", options->age_years, "years; else as the header says")
        ->check(CLI::Range(0, 130));
    verb->add_option("--id", options->report.patient_id, "printed only when given");
    verb->add_option("--time", options->report.recorded_at, "local time of the page's start");
    verb->add_option("--lang", options->language, "zh or en")->check(CLI::IsMember({"zh", "en"}));
    verb->callback([options] { print_report(*options); });
}

} // namespace ems::ecg
