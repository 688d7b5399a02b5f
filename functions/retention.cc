// The retention function: deletes the generations of one machine that its rule does not keep.
#include "functions/function_main.h"
#include "upkeep/retention_handler.h"

int main() { return hikae::functions::run_function(hikae::upkeep::retention_handler); }
