"""What ClinicDesk takes for a task, beside the least it could take and what others take."""
