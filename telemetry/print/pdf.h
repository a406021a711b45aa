// Writes a page as a PDF of its true size, fonts embedded.
#pragma once

#include <string>

#include "telemetry/base/result.h"
#include "telemetry/signal/page/page.h"

namespace ems::print {

// Replaces `path`. Starts Qt without a screen when no application runs yet (a command line), so
// call it from the main thread. Code::io when the file cannot be written; Code::not_found when
// the page's font is not installed: a page whose Chinese would be empty boxes is not written.
Result<void> write_pdf(const signal::Page& page, const std::string& path);

} // namespace ems::print
