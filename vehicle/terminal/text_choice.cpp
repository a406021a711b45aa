#include "vehicle/terminal/text_choice.h"

#include "telemetry/base/log.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include <QFile>
#include <QSaveFile>

namespace ems::terminal {
namespace {

constexpr qint64 kFileMost = 8;

// Nothing: none was kept, or what the file says is no size that is offered.
std::optional<double> kept(const QString& path) {
    QFile file{path};
    if (path.isEmpty() || !file.exists()) {
        return std::nullopt;
    }
    const QByteArray said = file.open(QIODevice::ReadOnly) ? file.read(kFileMost).trimmed() : QByteArray{};
    for (const double scale : kTextScales) {
        if (said == QByteArray::number(as_percent(scale))) {
            return scale;
        }
    }
    EMS_LOG(warn, "crew", "size of the texts is not known file={}", path.toStdString());
    return std::nullopt;
}

} // namespace

int as_percent(double scale) {
    return static_cast<int>(std::lround(scale * 100));
}

TextChoice::TextChoice(QString path, double first)
    : path_(std::move(path)), scale_(kept(path_).value_or(first)) {}

double TextChoice::next() const {
    const auto* larger = std::find_if(kTextScales.begin(), kTextScales.end(), [this](double offered) {
        return as_percent(offered) > as_percent(scale_);
    });
    return larger == kTextScales.end() ? kTextScales.front() : *larger;
}

Result<void> TextChoice::takeNext() {
    scale_ = next();
    if (path_.isEmpty()) {
        return {};
    }
    QSaveFile file{path_};
    const QByteArray said = QByteArray::number(as_percent(scale_)) + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(said) != said.size() || !file.commit()) {
        return fail(Code::io, path_.toStdString());
    }
    return {};
}

} // namespace ems::terminal
