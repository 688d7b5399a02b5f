// The report: a failed run in plain words, and after the window who has no fresh backup.
#include "functions/function_main.h"
#include "upkeep/report_handler.h"

int main() { return hikae::functions::run_function(hikae::upkeep::report_handler); }
