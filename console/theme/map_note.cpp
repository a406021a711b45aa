#include "console/theme/map_note.h"

#include <algorithm>

#include <QCoreApplication>
#include <QStringList>

namespace ems::console {
namespace {

bool is_chinese(const QString& text) {
    return std::any_of(text.begin(), text.end(), [](QChar one) { return one.script() == QChar::Script_Han; });
}

} // namespace

QString map_note(const std::string& note) {
    const QString whole = QString::fromStdString(note);
    const QStringList halves = whole.split(QStringLiteral(" / "));
    if (halves.size() != 2 || is_chinese(halves.front()) == is_chinese(halves.back())) {
        return whole; // in one language
    }
    const bool chinese_wanted =
        QCoreApplication::translate("map_note", "en", "code of the language: en or zh") == QStringLiteral("zh");
    return chinese_wanted == is_chinese(halves.front()) ? halves.front() : halves.back();
}

} // namespace ems::console
