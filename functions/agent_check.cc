// The agent check: before the window, which members of the group will make trouble.
#include "upkeep/agent_check.h"
#include "functions/function_main.h"

int main() { return hikae::functions::run_function(hikae::upkeep::agent_check_handler); }
